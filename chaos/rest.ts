import { setTimeout as sleep } from 'node:timers/promises'
import { lookOutside } from './outside.ts'
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

async function waitForLoops(world: World): Promise<string[]> {
  const left: string[] = []
  for (const { database } of world.deployments) {
    const end = Date.now() + PATIENCE_MS
    let open = 1
    while (open > 0 && Date.now() < end) {
      const [row] = await world.cluster.query<{ open: string }>(database, OPEN)
      open = Number(row?.open)
      if (open > 0) await sleep(50)
    }
    if (open > 0) left.push(`${database}: ${open} still open`)
  }
  return left
}
