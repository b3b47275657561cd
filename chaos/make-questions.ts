import { withSignUps } from './make-talks.ts'
import { LAST_WITHOUT } from './make-trials.ts'
import type { Action, Disturbance, Plan } from './plan.ts'
import { createRandom, type Random } from './random.ts'

/** Everybody has a number by then, mostly. */
const [BEGINS_MS, ENDS_MS] = [500, 3_500]

/** The first of them says STOP and START, too. */
const CUSTOMERS = [2, 4, 5]

/** What an agent meets that answers all the same, at the third try at the latest. */
const FAULTS = ['error', 'dies', 'silent', 'slow', 'ping', 'correction', 'tool_call', 'greeting']

type Questions = Pick<Plan, 'actions' | 'disturbances'>

/**
 * Customers whose texts agents answer, callers who are missed, agents that fail, people who take over, and a database that goes back in time
 * around an answer; by numbers of its own, so that the rest of a seed's plan stays what it was.
 */
export function makeQuestions(seed: number, { actions, disturbances }: Questions): Questions {
  const random = createRandom(Math.imul(seed, 0x1b873593) ^ 0x5bd1e995)
  if (seed <= LAST_WITHOUT || !random.chance(0.7)) return { actions: [], disturbances }
  const deployments = withSignUps(actions)
  const at = () => random.int(BEGINS_MS, ENDS_MS)
  const some = (least: number, most: number, kind: 'question' | 'hand_over'): Action[] =>
    random.times(random.int(least, most), () => ({
      at: at(),
      deployment: random.pick(deployments),
      kind,
      customer: random.pick(CUSTOMERS),
      isSure: true,
    }))
  return {
    actions: [
      ...some(2, 5, 'question'),
      ...some(0, 1, 'hand_over'),
      ...random.times(random.int(0, 2), (): Action => {
        return {
          at: at(),
          deployment: random.pick(deployments),
          kind: 'missed_calls',
          isSure: true,
        }
      }),
    ],
    disturbances: [
      ...goingBackAround(random, disturbances),
      ...random.times(random.int(0, 2), (): Disturbance => {
        const fault = random.pick(FAULTS)
        const how = { fault, times: random.int(1, 2), ms: 300 }
        return {
          at: 0,
          kind: 'fault',
          carrier: 'elevenlabs',
          operation: 'textConversation',
          ...how,
        }
      }),
    ],
  }
}

/** Some databases go back to before an answer. Nobody can know of one where the telephone company's list conceals it. */
function goingBackAround(random: Random, disturbances: Disturbance[]): Disturbance[] {
  const conceals = disturbances.some(
    (each) =>
      each.kind === 'fault' &&
      each.operation === 'messages.list' &&
      ['empty_list', 'repeated_page'].includes(each.fault),
  )
  const around = random.pick(['answer', 'question', 'neither'] as const)
  return disturbances.map((each) =>
    each.kind === 'go_back' && around !== 'neither' && !conceals ? { ...each, around } : each,
  )
}
