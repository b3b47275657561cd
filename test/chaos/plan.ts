import { createRandom, type Random } from './random.ts'

/** What its users do to a deployment; `at`: milliseconds after the beginning. */
export type Action = { at: number; deployment: number } & (
  | { kind: 'sign_up'; areaCode: string }
  | { kind: 'batch'; count: number; areaCode: string }
  | { kind: 'release' }
  | { kind: 'restore' }
  | { kind: 'text' }
)

type Carrier = 'twilio' | 'elevenlabs'

/** What goes wrong meanwhile. Servers are counted over all deployments. */
export type Disturbance = { at: number } & (
  | {
      kind: 'fault'
      carrier: Carrier
      operation: string
      fault: string
      times: number
      /** How many requests pass first. */
      skip?: number
      ms?: number
      status?: number
    }
  | { kind: 'kill'; server: number }
  /** Killed while the carrier holds one of its requests, not processed yet, or not answered yet. */
  | {
      kind: 'kill_at'
      carrier: Carrier
      operation: string
      hold: 'hold_before' | 'hold_after'
      skip: number
    }
  /** The process stands still, and its leases run out under it. */
  | { kind: 'freeze'; server: number; ms: number }
  | { kind: 'crash_database' }
)

export interface Plan {
  seed: number
  /** How many servers each deployment has; all deployments share one Twilio account. */
  servers: number[]
  quarantineDays: number
  /** Free numbers of the area code 604, which all of them want. */
  stock: number
  /** Nothing is put right again before so many milliseconds. */
  lasts: number
  actions: Action[]
  disturbances: Disturbance[]
}

const AREA_CODES = ['604', '604', '778', '212', '415', '305']

/** The requests that change something, and those that decide what is changed. */
const OPERATIONS: [Carrier, string][] = [
  ['twilio', 'availablePhoneNumbers.list'],
  ['twilio', 'incomingPhoneNumbers.create'],
  ['twilio', 'incomingPhoneNumbers.list'],
  ['twilio', 'incomingPhoneNumbers.fetch'],
  ['twilio', 'incomingPhoneNumbers.update'],
  ['twilio', 'incomingPhoneNumbers.remove'],
  ['elevenlabs', 'phoneNumbers.list'],
  ['elevenlabs', 'phoneNumbers.create'],
  ['elevenlabs', 'phoneNumbers.get'],
  ['elevenlabs', 'phoneNumbers.update'],
  ['elevenlabs', 'phoneNumbers.delete'],
]

const DURATION_MS = 2_000

/** Every moment at which a carrier has just been asked, or has just done what it was asked. */
const BOUNDARIES = OPERATIONS.flatMap(([carrier, operation]) =>
  (['hold_before', 'hold_after'] as const).flatMap((hold) =>
    [0, 1, 2, 3].map((skip) => ({ carrier, operation, hold, skip })),
  ),
)

/**
 * The plan of one run; the same for the same seed. Every second one kills the servers exactly before
 * or after the carrier has carried out a request, the others at any moment.
 */
export function makePlan(seed: number): Plan {
  const random = createRandom(seed)
  const servers = random.pick([[1], [2], [1, 1], [2, 1]])
  const at = () => random.int(0, DURATION_MS)
  const deployment = () => random.int(0, servers.length - 1)
  const actions: Action[] = [
    ...random.times(random.int(3, 7), () => ({
      at: at(),
      deployment: deployment(),
      kind: 'sign_up' as const,
      areaCode: random.pick(AREA_CODES),
    })),
    ...random.times(random.int(0, 2), () => ({
      at: at(),
      deployment: deployment(),
      kind: 'batch' as const,
      count: random.int(1, 5),
      areaCode: random.pick(AREA_CODES),
    })),
    ...random.times(random.int(0, 4), () => ({
      at: at(),
      deployment: deployment(),
      kind: random.pick(['release', 'release', 'restore'] as const),
    })),
    ...random.times(random.int(0, 3), () => ({
      at: at(),
      deployment: deployment(),
      kind: 'text' as const,
    })),
  ]
  const everyServer = servers.reduce((sum, count) => sum + count, 0)
  const kills =
    seed % 2 === 0
      ? random.times(random.int(1, 3), (index) => ({
          at: at(),
          kind: 'kill_at' as const,
          // All boundaries in turn, and some more at random.
          ...(index === 0 ? boundary(seed / 2) : random.pick(BOUNDARIES)),
        }))
      : random.times(random.int(0, 3), () => ({
          at: at(),
          kind: 'kill' as const,
          server: random.int(0, everyServer - 1),
        }))
  return {
    seed,
    servers,
    quarantineDays: random.pick([0, 14]),
    stock: random.int(4, 40),
    lasts: DURATION_MS,
    actions,
    disturbances: [
      ...random.times(random.int(2, 8), () => fault(random, at())),
      ...kills,
      ...random.times(random.chance(0.2) ? 1 : 0, () => ({
        at: at(),
        kind: 'freeze' as const,
        server: random.int(0, everyServer - 1),
        ms: 3_000,
      })),
      ...random.times(random.chance(0.25) ? 1 : 0, () => ({
        at: at(),
        kind: 'crash_database' as const,
      })),
    ],
  }
}

function boundary(turn: number) {
  const next = BOUNDARIES[turn % BOUNDARIES.length]
  if (!next) throw new Error('there are no boundaries')
  return next
}

function fault(random: Random, at: number): Disturbance {
  if (random.chance(0.1)) {
    const kind = random.pick(['duplicate_webhook', 'reorder'])
    return {
      at,
      kind: 'fault',
      carrier: 'twilio',
      operation: 'sms',
      fault: kind,
      times: 2,
      ms: 100,
    }
  }
  const [carrier, operation] = random.pick(OPERATIONS)
  const common = { at, kind: 'fault' as const, carrier, operation, times: random.int(1, 3) }
  const kind = random.pick([
    'error',
    'error',
    'timeout',
    'lost_reply',
    'lost_reply',
    'late',
    'slow',
  ])
  if (kind === 'error') return { ...common, fault: kind, status: random.pick([429, 500, 503]) }
  // Shorter than two looks are apart: a later arrival than that is given up on purpose.
  return { ...common, fault: kind, ms: random.int(20, 200) }
}
