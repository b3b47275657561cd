import { LAST_WITHOUT } from './make-trials.ts'
import type { Disturbance, Manner, Plan } from './plan.ts'
import { createRandom, type Random } from './random.ts'

/** What puts a number into a Messaging Service, or takes it out. */
const OPERATIONS = ['create', 'remove'].map((verb) => `messaging.services.phoneNumbers.${verb}`)

type Circumstances = Pick<
  Plan,
  'isManual' | 'endsMonth' | 'pageSize' | 'listens' | 'actions' | 'disturbances'
>

/**
 * Who imports numbers, whether a month ends meanwhile, and organizations with a Messaging Service of
 * their own; how long the pages of lists are, whether servers get another secret than ElevenLabs signs
 * with, and how those behave who listen; by numbers of its own, so that the rest of a seed's plan stays
 * what it was.
 */
export function makeCircumstances(
  seed: number,
  { servers, disturbances }: Pick<Plan, 'servers' | 'disturbances'>,
): Circumstances {
  if (seed <= LAST_WITHOUT) return { actions: [], disturbances: [] }
  const random = createRandom(Math.imul(seed, 0xc2b2ae35) ^ 0x165667b1)
  const isManual = random.chance(0.3)
  // A database that goes back forgets which services it had put numbers into, and no sweep looks there.
  const goesBack = disturbances.some(({ kind }) => kind === 'go_back')
  const services = random.chance(0.4) && !goesBack
  const endsMonth = random.chance(0.5)
  const { actions, disturbances: faults } = services ? giveServices(random, servers) : NOTHING
  const later = createRandom(Math.imul(seed, 0x27d4eb2f) ^ 0x85ebca6b)
  return {
    isManual,
    endsMonth,
    ...(later.chance(0.4) && { pageSize: later.int(1, 3) }),
    listens: makeManners(createRandom(Math.imul(seed, 0x2545f491) ^ 0x4f1bbcdc)),
    actions,
    disturbances: [...faults, ...(later.chance(0.2) ? [signedOtherwise(later)] : [])],
  }
}

/** Fewer than an event is told again before its endpoint counts as failing. */
const makeManners = (random: Random) => random.times(random.int(0, 4), () => random.pick(MANNERS))

const MANNERS: Manner[] = ['away', 'lie', 'page', 'redirect', 'drop', 'hang']

const signedOtherwise = (random: Random): Disturbance => ({
  at: random.int(500, 2_500),
  kind: 'rotate',
  what: 'elevenlabs_signature',
})

const NOTHING: Pick<Plan, 'actions' | 'disturbances'> = { actions: [], disturbances: [] }

function giveServices(random: Random, servers: number[]): typeof NOTHING {
  const deployment = random.int(0, servers.length - 1)
  const at = () => random.int(500, 2_500)
  return {
    actions: [
      { at: 0, deployment, kind: 'sign_up', areaCode: '415' },
      ...random.times(random.int(1, 2), () => ({
        at: at(),
        deployment,
        kind: 'give_service' as const,
      })),
    ],
    disturbances: random.times(random.int(0, 2), (): Disturbance => {
      const fault = random.pick(['error', 'lost_reply', 'late'])
      return {
        at: 0,
        kind: 'fault',
        carrier: 'twilio',
        operation: random.pick(OPERATIONS),
        fault,
        times: 1,
        ...(fault === 'error' ? { status: 503 } : { ms: 100 }),
      }
    }),
  }
}
