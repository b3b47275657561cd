import { boundaryOfPipeline, CREATE, OPERATIONS } from './boundaries.ts'
import { makeCircumstances } from './make-circumstances.ts'
import { makeOutages } from './make-outages.ts'
import { makeQuestions } from './make-questions.ts'
import { endRecordings, makeTalks } from './make-talks.ts'
import { makeTrials } from './make-trials.ts'
import type { Action, ActionOf, Carrier, Disturbance, Plan } from './plan.ts'
import { createRandom, type Random } from './random.ts'

const AREA_CODES = ['604', '604', '778', '212', '415', '305']

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
  const turn = boundaryOfPipeline(seed / 2)
  // Only what leaves quarantine is released.
  const quarantineDays =
    atBoundary && /remove|delete/.test(turn.operation) ? 0 : random.pick([0, 14, 14])
  const stock = random.int(6, 40)
  const actions = makeActions(random, servers.length)
  // By numbers of their own, so that the rest of a seed's plan stays what it was.
  const talks = makeTalks(createRandom(~seed), actions, DURATION_MS)
  const more = makeOutages(seed, { quarantineDays, talks: [...actions, ...talks] })
  const plan: Plan = {
    seed,
    servers,
    voice: more.voice,
    quarantineDays,
    stock,
    lasts: DURATION_MS,
    actions: [...actions, ...talks, ...endRecordings(seed, talks, DURATION_MS), ...more.actions],
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
      ...more.disturbances,
    ],
  }
  const circumstances = makeCircumstances(seed, plan)
  const disturbances = [
    ...plan.disturbances,
    ...makeTrials(seed, plan),
    ...circumstances.disturbances,
  ]
  const questions = makeQuestions(seed, { actions: plan.actions, disturbances })
  return {
    ...plan,
    ...circumstances,
    actions: [...plan.actions, ...circumstances.actions, ...questions.actions],
    disturbances: questions.disturbances,
  }
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
