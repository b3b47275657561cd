import type { Cluster } from './cluster.ts'
import { listenToAll } from './listen.ts'
import { startImporter } from './manual.ts'
import type { Plan } from './plan.ts'
import { play } from './play.ts'
import type { Played } from './played.ts'
import { comeToRest } from './rest.ts'
import type { Variant } from './variant.ts'
import { type Judged, judge, type Verdict } from './verdict.ts'
import { startWorld, type World } from './world.ts'

export interface Outcome extends Judged {
  plan: Plan
  played: Played
  /** Of each deployment, where the verdict is bad: every purchase it tried. */
  ledgers: object[][]
  /** The servers' logs. */
  logs: string
}

/** What loops may still put right is waited for. */
const PATIENCE_MS = 60_000

/**
 * One run: a world of its own, the plan played in it, and what became of it. `patienceMs`: how long what is
 * not as it must be may take to become so. `raises`: the column in which the variant's defect is to show.
 * @throws Error at once where a server ends by itself
 */
export async function run(
  cluster: Cluster,
  plan: Plan,
  {
    variant,
    patienceMs = PATIENCE_MS,
    raises,
  }: { variant?: Variant | undefined; patienceMs?: number; raises?: keyof Verdict } = {},
): Promise<Outcome> {
  const world = await startWorld(cluster, plan, { variant, patienceMs, raises })
  try {
    // What a server was to answer would be waited for, one bound after the other.
    return await Promise.race([
      playIn(world, plan),
      ...world.servers.map(({ endedByItself }) => endedByItself),
    ])
  } finally {
    await world.stop()
  }
}

async function playIn(world: World, plan: Plan): Promise<Outcome> {
  await Promise.all(world.servers.map((server) => server.ensureUp()))
  await listenToAll(world)
  const importer = plan.isManual ? startImporter(world) : undefined
  const played = await play(plan, world)
  const unfinished = [...played.unanswered, ...(await comeToRest(world))]
  await importer?.leave()
  const judged = await judge(world, plan, played, unfinished)
  const ledgers = isBad(judged.verdict)
    ? await Promise.all(
        world.deployments.map(({ database }) =>
          world.cluster.query(
            database,
            'select * from orgline.number_order_attempts order by created_at',
          ),
        ),
      )
    : []
  const logs = world.servers.map((server) => server.output()).join('\n')
  return { plan, played, ...judged, ledgers, logs }
}

export function isBad(verdict: Verdict): boolean {
  return Object.values(verdict).some((count) => count !== 0)
}
