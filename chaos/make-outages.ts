import { boundaryOfTalks } from './boundaries.ts'
import { withSignUps } from './make-talks.ts'
import type { Action, ActionOf, Disturbance, Plan, TalkKind } from './plan.ts'
import { createRandom, type Random } from './random.ts'

/** Everybody has a number by then, mostly. */
const BEGINS_MS = 1_000
const LASTS_MS = 1_200

/** The last does not happen without quarantine, and has the most ways to go. */
const CIRCUMSTANCES = ['away', 'database_away', 'go_back', 'go_back', 'go_back'] as const

/**
 * What goes on while nobody is there to hear it, and by numbers of its own, so that the rest of a
 * seed's plan stays what it was: who answers calls, what customers want meanwhile, servers and
 * databases that are away, and a database that goes back in time.
 */
export function makeOutages(
  seed: number,
  { quarantineDays, talks }: Pick<Plan, 'quarantineDays'> & { talks: Action[] },
): Pick<Plan, 'voice' | 'actions' | 'disturbances'> {
  const random = createRandom(Math.imul(seed, 0x9e3779b1) ^ 0x5f356495)
  const deployments = withSignUps(talks)
  const voice = random.pick(['elevenlabs', 'server'] as const)
  const deployment = random.pick(deployments)
  const at = random.int(BEGINS_MS, 2 * BEGINS_MS)
  const circumstance = random.pick(CIRCUMSTANCES)
  return {
    voice,
    actions: [
      ...makeMeanwhile(random, deployments),
      // Of which nobody but the carrier knows then.
      ...during(random, at, deployment),
    ],
    disturbances: [
      ...registerFaults(random, voice),
      ...(random.chance(0.4)
        ? [{ at: 0, kind: 'kill_at' as const, ...boundaryOfTalks(seed / 2) }]
        : []),
      ...(circumstance === 'away' || circumstance === 'database_away'
        ? [{ at, kind: circumstance, deployment, ms: LASTS_MS }]
        : []),
      // Without quarantine, what was given up in the time that is lost is nobody's to find.
      ...(circumstance === 'go_back' && quarantineDays > 0 ? [goBack(random, deployment)] : []),
    ],
  }
}

function goBack(random: Random, deployment: number): Disturbance {
  const by = random.pick(['backup', 'standby'] as const)
  return {
    at: random.int(300, 2_000),
    kind: 'go_back',
    deployment,
    by,
    ms: by === 'standby' ? 1_000 : random.int(500, 2_500),
    isKilled: random.chance(0.5),
    isOutdated: by === 'backup' && random.chance(0.5),
  }
}

/** Customers who stop and start, and an organization that texts and calls. */
function makeMeanwhile(random: Random, deployments: number[]): Action[] {
  const some = (least: number, most: number, make: () => ActionOf): Action[] =>
    random.times(random.int(least, most), () => ({
      at: random.int(500, 3_500),
      deployment: random.pick(deployments),
      ...make(),
    }))
  const keyword = (word: 'STOP' | 'START') => () => {
    return { kind: 'keyword', word, customer: random.int(0, 2), isSure: true } as const
  }
  return [
    ...some(1, 3, keyword('STOP')),
    ...some(0, 2, keyword('START')),
    ...some(1, 2, () => ({ kind: random.pick<TalkKind>(['text_back', 'dial', 'dial']) })),
    ...some(0, 1, () => ({ kind: 'stray_text' })),
  ]
}

/** What an outage is to be met by. */
function during(random: Random, at: number, deployment: number): Action[] {
  const then = (action: ActionOf): Action => ({
    at: at + random.int(100, LASTS_MS - 200),
    deployment,
    ...action,
  })
  return [
    then({ kind: 'text', isSure: true }),
    then({ kind: 'text', isSure: true }),
    then({ kind: 'call', isSure: true }),
    then({ kind: 'keyword', word: random.pick(['STOP', 'START']), customer: 0, isSure: true }),
  ]
}

/** Where this server answers, callers mostly reach an agent: some must not, and leave a message. */
function registerFaults(random: Random, voice: Plan['voice']): Disturbance[] {
  if (voice === 'elevenlabs') return []
  return [
    {
      at: random.int(0, BEGINS_MS),
      kind: 'fault',
      carrier: 'elevenlabs',
      operation: 'registerCall',
      fault: 'error',
      status: 503,
      times: random.int(1, 2),
    },
  ]
}
