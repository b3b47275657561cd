import { setTimeout as sleep } from 'node:timers/promises'
import { readCarriers } from './carriers.ts'
import { openWork } from './open.ts'
import { MINUTES_PASS, TO_MOVE } from './services.ts'
import type { World } from './world.ts'

/** Loops have the most to do, and on a busy machine none of it in time. */
const LOOPS_MS = 90_000
const PAUSE_MS = 100

/**
 * Ends every fault, starts what was killed, lets the loops finish and the sweep repair what only a
 * sweep can. Answers what is still open then; empty in a healthy world.
 */
export async function comeToRest(world: World): Promise<string[]> {
  await world.control('DELETE', 'faults')
  await Promise.all(world.servers.map((server) => server.ensureUp()))
  // What was dropped or held arrives now.
  await world.control('POST', 'idle')
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
  const end = Date.now() + world.patienceMs
  const isLeft = async () => {
    const { twilio, elevenlabs } = await readCarriers(world)
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
async function waitForServices(world: World): Promise<void> {
  const { cluster, deployments, hasServices, patienceMs } = world
  if (!hasServices) return
  for (const { database } of deployments) {
    const end = Date.now() + patienceMs
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

/** What is still open at the end, of all deployments, each piece by itself. */
async function waitForLoops(world: World): Promise<string[]> {
  const left: string[] = []
  for (const { database } of world.deployments) {
    const end = Date.now() + LOOPS_MS
    let open = await openWork(world, database)
    while (!open.every(world.isShown) && Date.now() < end) {
      await sleep(PAUSE_MS)
      open = await openWork(world, database)
    }
    left.push(...open.map((each) => `${database}: still open: ${each}`))
  }
  return left
}
