import { OPERATIONS } from './boundaries.ts'
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
  const kinds = [...KINDS, ...(goesBack ? [] : [changeVoice])]
  // In turn, so that none is left to chance; the second may be any.
  const first = kinds[seed % kinds.length] ?? shutOut
  return [first, ...random.times(TRIALS - 1, () => random.pick(kinds))].map((make): Disturbance => {
    const at = random.int(BEGINS_MS, ENDS_MS)
    return { at, ...make(random, random.pick(deployments)) }
  })
}

const swept = (how: Omit<Trial, 'kind' | 'deployment' | 'carrier' | 'operation'>) => {
  return (random: Random, deployment: number) => {
    const [carrier, operation] = random.pick(SWEPT)
    return { kind: 'wrong_sweep', deployment, carrier, operation, ...how } as const
  }
}

const polled = (random: Random) => {
  const [carrier, operation] = random.pick(POLLED)
  const fault = random.pick(['empty_list', 'repeated_page', 'endless_pages', 'garbage', 'huge'])
  return { kind: 'fault', carrier, operation, fault, times: 5 } as const
}

const spoiled = (random: Random) => {
  const [carrier, operation] = random.pick(OPERATIONS)
  const fault = random.pick(['garbage', 'huge'])
  return { kind: 'fault', carrier, operation, fault, times: random.int(1, 2) } as const
}

const rotate = (what: 'twilio_token' | 'elevenlabs_secret' | 'elevenlabs_key') => () =>
  ({ kind: 'rotate', what }) as const

const shutOut = (random: Random) => {
  const status = random.pick([401, 403, 404])
  return { kind: 'refused_all', carrier: random.pick(CARRIERS), status, times: 1 } as const
}

const refusedOne = (random: Random, deployment: number) => {
  const [status, carrier] = [random.pick([401, 403, 404]), random.pick(CARRIERS)]
  return { kind: 'refused_one', deployment, carrier, status, times: 2 } as const
}

const changeVoice = (_random: Random, deployment: number) =>
  ({ kind: 'change_voice', deployment }) as const

const CARRIERS = ['twilio', 'elevenlabs'] as const

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
