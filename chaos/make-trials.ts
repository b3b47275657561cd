import { OPERATIONS } from './boundaries.ts'
import { inTurn } from './in-turn.ts'
import { withSignUps } from './make-talks.ts'
import type { Carrier, Disturbance, Plan, Trial } from './plan.ts'
import { createRandom, type Random } from './random.ts'

/** Plans of the seeds up to this one stay what they were. */
export const LAST_WITHOUT = 600

const TRIALS = 2
const [BEGINS_MS, ENDS_MS] = [500, 2_500]

/** What a sweep lists, and what loops list all the time. */
const SWEPT: [Carrier, string][] = [
  ['twilio', 'incomingPhoneNumbers.list'],
  ['elevenlabs', 'phoneNumbers.list'],
]
const POLLED: [Carrier, string][] = [
  ['twilio', 'messages.list'],
  ['twilio', 'calls.list'],
  ['elevenlabs', 'conversations.list'],
]

/** More pages than anybody has. */
const PAGES = 200

/**
 * Carriers whose answers are wrong, and keys, secrets and voices that change in mid-plan; by numbers of
 * its own, so that the rest of a seed's plan stays what it was.
 */
export function makeTrials(seed: number, plan: Pick<Plan, 'actions' | 'disturbances'>) {
  if (seed <= LAST_WITHOUT) return []
  const deployments = withSignUps(plan.actions)
  const random = createRandom(Math.imul(seed, 0x85ebca6b) ^ 0x27d4eb2f)
  const goesBack = plan.disturbances.some(({ kind }) => kind === 'go_back')
  // A database that goes back forgets with which voice its servers were started.
  const kinds = [...KINDS, goesBack ? polled : changeVoice]
  const round = Math.floor(seed / kinds.length) * TRIALS
  // In turn, so that none is left to chance: neither the kind nor, round by round, which of its kind.
  return Array.from({ length: TRIALS }, (_, index): Disturbance => {
    const make = inTurn(kinds, seed + index * Math.floor(kinds.length / TRIALS))
    const at = random.int(BEGINS_MS, ENDS_MS)
    return { at, ...make(round + index, random.pick(deployments), random) }
  })
}

/** Each of the one with each of the other. */
const pairsOf = <A, B>(some: readonly A[], others: readonly B[]) =>
  some.flatMap((one) => others.map((other) => [one, other] as const))

const swept = (how: Omit<Trial, 'kind' | 'deployment' | 'carrier' | 'operation'>) => {
  return (turn: number, deployment: number) => {
    const [carrier, operation] = inTurn(SWEPT, turn)
    return { kind: 'wrong_sweep', deployment, carrier, operation, ...how } as const
  }
}

const polled = (turn: number) => {
  const [[carrier, operation], fault] = inTurn(WRONG_POLLS, turn)
  return { kind: 'fault', carrier, operation, fault, times: 5 } as const
}

const spoiled = (turn: number, _deployment: number, random: Random) => {
  const [[carrier, operation], fault] = inTurn(SPOILED, turn)
  return { kind: 'fault', carrier, operation, fault, times: random.int(1, 2) } as const
}

const rotate = (what: 'twilio_token' | 'elevenlabs_secret' | 'elevenlabs_key') => () =>
  ({ kind: 'rotate', what }) as const

const shutOut = (turn: number) => {
  const [carrier, status] = inTurn(REFUSALS, turn)
  return { kind: 'refused_all', carrier, status, times: 1 } as const
}

const refusedOne = (turn: number, deployment: number) => {
  const [carrier, status] = inTurn(REFUSALS, turn)
  return { kind: 'refused_one', deployment, carrier, status, times: 2 } as const
}

const changeVoice = (_turn: number, deployment: number) =>
  ({ kind: 'change_voice', deployment }) as const

const REFUSALS = pairsOf(['twilio', 'elevenlabs'] as const, [401, 403, 404])
const WRONG_POLLS = pairsOf(POLLED, [
  'empty_list',
  'repeated_page',
  'endless_pages',
  'garbage',
  'huge',
] as const)
const SPOILED = pairsOf(OPERATIONS, ['garbage', 'huge'] as const)

const KINDS = [
  // As often as a list may be asked for again.
  swept({ fault: 'empty_list', times: 2 }),
  swept({ fault: 'repeated_page', times: PAGES }),
  swept({ fault: 'endless_pages', times: PAGES }),
  swept({ fault: 'garbage', times: 1 }),
  swept({ fault: 'huge', times: 1 }),
  polled,
  spoiled,
  shutOut,
  refusedOne,
  rotate('twilio_token'),
  rotate('elevenlabs_secret'),
  rotate('elevenlabs_key'),
]
