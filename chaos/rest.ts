import { setTimeout as sleep } from 'node:timers/promises'
import { WAITING_FOR_IMPORT } from './by-hand.ts'
import { lookOutside } from './outside.ts'
import { MINUTES_PASS, TO_MOVE } from './services.ts'
import type { World } from './world.ts'

const PATIENCE_MS = 40_000
const PAUSE_MS = 200

// A number that a killed server was giving back is under its lease for a while.
// One that is left alone because its marks disagree is a person's. Who was not answered is told when the
// looking for a call has ended. An import of a token that was exchanged, of a live number, is made anew,
// one first and then the others.
const OPEN = `
  select (select count(*) from orgline.number_orders where status = 'running')
       + (select count(*) from orgline.phone_numbers where settle_due_at is not null)
       + (select count(*) from orgline.calls where look_at is not null and status in ('initiating', 'unknown', 'in-progress'))
       + (select count(*) from orgline.phone_numbers p where p.import_state in ('early', 'outdated', 'refused')
           and private.is_live(p.status) and p.ghost_since is null and p.mark_doubt is null and not exists (
             select from orgline.number_orders n where n.phone_number_id = p.id and n.status = 'needs_person'))
       + (select count(*) from orgline.phone_numbers p where p.release_at <= now() + interval '1 hour' and not exists (
           select from orgline.admin_notifications n
           where n.type = 'reconcile_findings' and n.status = 'pending' and n.phone_number = p.phone_number)) as open`

/**
 * Ends every fault, starts what was killed, lets the loops finish and the sweep repair what only a
 * sweep can. Answers what is still open then; empty in a healthy world.
 */
export async function comeToRest(world: World): Promise<string[]> {
  await world.control('DELETE', 'faults')
  await Promise.all(world.servers.map((server) => server.ensureUp()))
  // What was dropped or held arrives now.
  await world.control('POST', 'settled')
  const left = await waitForLoops(world)
  for (const { client, database } of world.deployments) {
    // Whoever restored a backup knows why many numbers are found at once.
    const answer = await client.send('POST', '/api/admin/reconcile', {
      mode: 'repair',
      acceptMany: true,
    })
    if (answer?.status !== 200) left.push(`${database}: reconcile ${JSON.stringify(answer)}`)
  }
  await waitForImports(world)
  await waitForServices(world)
  return [...left, ...(await waitForLoops(world))]
}

/**
 * Waits, within bounds, until no call is asked of an import that was made with a former token of
 * Twilio's. Whether it still is, the settings tell.
 */
async function waitForImports(world: World): Promise<void> {
  const end = Date.now() + PATIENCE_MS
  const isLeft = async () => {
    const { twilio, elevenlabs } = await lookOutside(world)
    return elevenlabs.phoneNumbers.some(
      (each) =>
        !each.token_is_current &&
        twilio.numbers.some(
          ({ phone_number, voice_url }) =>
            phone_number === each.phone_number &&
            voice_url.startsWith(`${world.twins}/elevenlabs/`),
        ),
    )
  }
  while ((await isLeft()) && Date.now() < end) await sleep(PAUSE_MS)
}

/** Waits, within bounds, until every US number is in its Messaging Service. Whether it is, the settings tell. */
async function waitForServices({ cluster, deployments, hasServices }: World): Promise<void> {
  if (!hasServices) return
  for (const { database } of deployments) {
    const end = Date.now() + PATIENCE_MS
    const isLeft = async () => {
      const [row] = await cluster.query<{ count: string }>(database, TO_MOVE)
      return Number(row?.count) > 0
    }
    while ((await isLeft()) && Date.now() < end) {
      await cluster.query(database, MINUTES_PASS)
      await sleep(PAUSE_MS)
    }
  }
}

/** Notifications of numbers to import, where a person does what they say. */
async function countWaiting({ cluster, isByHand }: World, database: string): Promise<number> {
  if (!isByHand) return 0
  const [row] = await cluster.query<{ count: string }>(database, WAITING_FOR_IMPORT)
  return Number(row?.count)
}

async function waitForLoops(world: World): Promise<string[]> {
  const left: string[] = []
  for (const { database } of world.deployments) {
    const end = Date.now() + PATIENCE_MS
    let open = 1
    while (open > 0 && Date.now() < end) {
      const [row] = await world.cluster.query<{ open: string }>(database, OPEN)
      open = Number(row?.open) + (await countWaiting(world, database))
      if (open > 0) await sleep(50)
    }
    if (open > 0) left.push(`${database}: ${open} still open`)
  }
  return left
}
