import { Client } from 'pg'
import { onTestFinished } from 'vitest'

/** The plans of all statements within `work`, those inside functions too. */
export async function plansOf(
  url: string,
  work: (client: Client) => Promise<unknown>,
): Promise<string[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  onTestFinished(() => client.end())
  const plans: string[] = []
  client.on('notice', ({ message = '' }) => plans.push(message))
  await client.query(
    `load 'auto_explain';
     set auto_explain.log_min_duration = 0;
     set auto_explain.log_nested_statements = on;
     set client_min_messages = log`,
  )
  await work(client)
  return plans
}
