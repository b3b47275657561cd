import { Client } from 'pg'
import type { Stage } from './stage.ts'

/** Whatever has to do with numbers waits until it is over. */
export async function slowDatabase(stage: Stage): Promise<() => Promise<void>> {
  const client = await connect(stage.databaseUrl)
  await client.query('begin; lock table orgline.phone_numbers in access exclusive mode')
  return () => client.end()
}

/** Every connection is cut off and none is let in until it is over. */
export async function awayDatabase(stage: Stage): Promise<() => Promise<void>> {
  const url = new URL(stage.databaseUrl)
  const name = url.pathname.slice(1)
  url.pathname = '/postgres'
  const client = await connect(url.href)
  await client.query(`alter database ${name} with allow_connections false`)
  await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
    name,
  ])
  return async () => {
    await client.query(`alter database ${name} with allow_connections true`)
    await client.end()
  }
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url })
  await client.connect()
  return client
}
