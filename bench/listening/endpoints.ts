import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import type { Side } from '../compare/contenders.ts'

/** For what one round leaves: a host has eight requests at a time. */
const MOST_SECONDS = 120

/** Gives each organization an endpoint of its own that is told everything. */
export async function addEndpoints({ deployment, systems }: Side, url: string): Promise<void> {
  const organizations = await rowsOf(deployment.databaseUrl, 'select id from orgline.organizations')
  for (const { id } of organizations) {
    const path = `/api/organizations/${id}/webhook-endpoints`
    const answer = await fetch(`${systems[0]?.origin}${path}`, {
      method: 'POST',
      headers: { authorization: 'Bearer sandbox-admin-key', 'content-type': 'application/json' },
      body: JSON.stringify({ url }),
    })
    if (!answer.ok) throw new Error(`no endpoint: ${answer.status} ${await answer.text()}`)
  }
}

/** Waits until endpoints were told all there is. @throws Error where they are not, or not in time */
export async function allDelivered({ deployment }: Side): Promise<void> {
  for (let second = 0; second < MOST_SECONDS; second += 1) {
    const left = await rowsOf(
      deployment.databaseUrl,
      "select error from orgline.event_deliveries where status <> 'delivered' order by error nulls last limit 1",
    )
    if (left.length === 0) return
    if (left[0]?.error) throw new Error(`an event was not taken: ${left[0].error}`)
    await delay(1_000)
  }
  throw new Error(`events are not told within ${MOST_SECONDS} seconds`)
}

async function rowsOf(databaseUrl: string, text: string): Promise<Record<string, string>[]> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}
