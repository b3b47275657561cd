import { createRandom, type Random } from './random.ts'

/** What its users do to a deployment; `at`: milliseconds after the beginning. */
export type Action = { at: number; deployment: number } & (
  | { kind: 'sign_up'; areaCode: string; afterBatches?: boolean }
  | { kind: 'batch'; count: number; areaCode: string }
  /** Of one of the numbers that are held then, or else of the first that is. */
  | { kind: 'release' | 'restore' | TalkKind }
)

/** A customer texts or calls, or is texted back. */
export type TalkKind = 'text' | 'call' | 'text_back'

type Carrier = 'twilio' | 'elevenlabs'

interface Boundary {
  carrier: Carrier
  operation: string
  hold: 'hold_before' | 'hold_after'
  /** How many requests pass first. */
  skip: number
}

/** What goes wrong meanwhile. Servers are counted over all deployments. */
export type Disturbance = { at: number } & (
  | {
      kind: 'fault'
      carrier: Carrier
      operation: string
      fault: string
      times: number
      ms?: number
      status?: number
    }
  | { kind: 'kill'; server: number }
  /** All are killed while the carrier holds a request, not processed yet, or not answered yet. */
  | ({ kind: 'kill_at' } & Boundary)
  /** The process stands still, and its leases run out under it. */
  | { kind: 'freeze'; server: number; ms: number }
  | { kind: 'crash_database' }
  /** While the first purchase goes unanswered, somebody else in the account buys that number. */
  | { kind: 'snatch'; areaCode: string }
)

export interface Plan {
  seed: number
  /** How many servers each deployment has; all deployments share one Twilio account. */
  servers: number[]
  quarantineDays: number
  /** Numbers of the area code 604, which all of them want. */
  stock: number
  /** Nothing is put right again before so many milliseconds. */
  lasts: number
  actions: Action[]
  disturbances: Disturbance[]
}

const AREA_CODES = ['604', '604', '778', '212', '415', '305']

const CREATE = 'incomingPhoneNumbers.create'

/** The requests of the pipeline, of settle and of the release. */
const OPERATIONS: [Carrier, string][] = [
  ['twilio', 'availablePhoneNumbers.list'],
  ['twilio', CREATE],
  ['twilio', 'incomingPhoneNumbers.list'],
  ['twilio', 'incomingPhoneNumbers.fetch'],
  ['twilio', 'incomingPhoneNumbers.update'],
  ['twilio', 'incomingPhoneNumbers.remove'],
  ['elevenlabs', 'phoneNumbers.list'],
  ['elevenlabs', 'phoneNumbers.create'],
  ['elevenlabs', 'phoneNumbers.get'],
  ['elevenlabs', 'phoneNumbers.delete'],
]

/** Every moment at which a carrier has just been asked, or has just done what it was asked. */
const BOUNDARIES: Boundary[] = OPERATIONS.flatMap(([carrier, operation]) =>
  (['hold_before', 'hold_after'] as const).flatMap((hold) =>
    [0, 1].map((skip) => ({ carrier, operation, hold, skip })),
  ),
)

const DURATION_MS = 2_000

/**
 * The plan of one run; the same for the same seed. Every second one kills the servers exactly before
 * or after a carrier has carried out a request, all such moments in turn; the others at any moment.
 */
export function makePlan(seed: number): Plan {
  const random = createRandom(seed)
  const servers = random.pick([[1], [2], [1, 1], [2, 1]])
  const everyServer = servers.reduce((sum, count) => sum + count, 0)
  const atBoundary = seed % 2 === 0
  const turn = boundary(seed / 2)
  // Only what leaves quarantine is given back.
  const quarantineDays =
    atBoundary && /remove|delete/.test(turn.operation) ? 0 : random.pick([0, 14, 14])
  const stock = random.int(6, 40)
  const actions = makeActions(random, servers.length)
  return {
    seed,
    servers,
    quarantineDays,
    stock,
    lasts: DURATION_MS,
    // By numbers of their own, so that the rest of a seed's plan stays what it was.
    actions: [...actions, ...makeTalks(createRandom(~seed), actions)],
    disturbances: [
      ...random.times(random.int(2, 8), () => makeFault(random)),
      ...(atBoundary
        ? [
            { at: 0, kind: 'kill_at' as const, ...turn },
            // So that there is something to look up.
            fault(0, ['twilio', CREATE], { fault: 'lost_reply', times: 2, ms: 50 }),
          ]
        : random.times(random.int(1, 3), () => ({
            at: random.int(0, DURATION_MS),
            kind: 'kill' as const,
            server: random.int(0, everyServer - 1),
          }))),
      ...random.times(random.chance(0.2) ? 1 : 0, () => ({
        at: random.int(0, DURATION_MS),
        kind: 'freeze' as const,
        server: random.int(0, everyServer - 1),
        ms: 3_000,
      })),
      ...random.times(random.chance(0.25) ? 1 : 0, () => ({
        at: random.int(0, DURATION_MS),
        kind: 'crash_database' as const,
      })),
    ],
  }
}

function boundary(turn: number): Boundary {
  const next = BOUNDARIES[Math.floor(turn) % BOUNDARIES.length]
  if (!next) throw new Error('there are no boundaries')
  return next
}

function makeActions(random: Random, deployments: number): Action[] {
  const some = (least: number, most: number, make: () => ActionOf) =>
    random.times(random.int(least, most), () => ({
      at: random.int(0, DURATION_MS),
      deployment: random.int(0, deployments - 1),
      ...make(),
    }))
  return [
    { at: 0, deployment: 0, kind: 'sign_up', areaCode: '604' },
    { at: 300, deployment: 0, kind: 'release' },
    ...some(3, 7, () => ({ kind: 'sign_up', areaCode: random.pick(AREA_CODES) })),
    ...some(0, 2, () => ({
      kind: 'batch',
      count: random.int(1, 5),
      areaCode: random.pick(AREA_CODES),
    })),
    ...some(0, 3, () => ({ kind: 'release' })),
    ...some(0, 2, () => ({ kind: 'restore' })),
    ...some(0, 3, () => ({ kind: 'text' })),
  ]
}

/** What there is to pay for, besides the numbers; with deployments that will have one. */
function makeTalks(random: Random, actions: Action[]): Action[] {
  const signUps = actions.filter(({ kind }) => kind === 'sign_up')
  return random.times(random.int(3, 5), () => ({
    at: random.int(0, DURATION_MS),
    deployment: random.pick(signUps).deployment,
    kind: random.pick<TalkKind>(['text', 'call', 'call', 'text_back']),
  }))
}

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
type ActionOf = Without<Action, 'at' | 'deployment'>

function makeFault(random: Random): Disturbance {
  const at = random.int(0, DURATION_MS)
  if (random.chance(0.1)) {
    const kind = random.pick(['duplicate_webhook', 'reorder'])
    return fault(at, ['twilio', 'sms'], { fault: kind, times: 2, ms: 100 })
  }
  // So late that it was given up: only the sweep can find it.
  if (random.chance(0.1)) {
    return fault(at, ['twilio', CREATE], { fault: 'late', times: 1, ms: 1_500 })
  }
  const operation = random.pick(OPERATIONS)
  const times = random.int(1, 3)
  const kind = random.pick([
    'error',
    'error',
    'timeout',
    'lost_reply',
    'lost_reply',
    'late',
    'slow',
  ])
  if (kind === 'error')
    return fault(at, operation, { fault: kind, times, status: random.pick([429, 500, 503]) })
  return fault(at, operation, { fault: kind, times, ms: random.int(20, 200) })
}

function fault(
  at: number,
  [carrier, operation]: [Carrier, string],
  how: { fault: string; times: number; ms?: number; status?: number },
): Disturbance {
  return { at, kind: 'fault', carrier, operation, ...how }
}
