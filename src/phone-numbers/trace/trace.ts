import { z } from 'zod'
import type { AskedBeforeCalls } from '../../carriers/ports/asked-before-calls.ts'
import { Timestamp } from '../../database/timestamp.ts'
import type { AnsweredElsewhere } from '../../infrastructure/known-address.ts'
import { isLive } from '../phone-number.ts'
import type { NumberUrls } from '../sync/number-urls.ts'
import { agentSteps, misled } from './agent-steps.ts'
import { courseStep } from './course-step.ts'
import { memoryStep } from './memory-step.ts'
import { carrierSteps, holderStep, numberStep } from './number-steps.ts'
import { type CarriersNow, obstaclesOf, type ReadCarriers } from './read-carriers.ts'
import { replySteps } from './reply-step.ts'
import { type Question, Routing, Step } from './step.ts'
import { type ExplainStore, RouteFacts } from './trace-store.ts'
import { callStep, textStep } from './traffic-steps.ts'

export const Explanation = z.object({
  success: z.literal(true),
  to: z.string(),
  from: z.string().nullable(),
  at: Timestamp,
  steps: z.array(Step).describe('the chain of decisions; their results are closed lists'),
  numbers: RouteFacts.shape.numbers,
  holding: RouteFacts.shape.holding,
  routing: Routing.nullable().describe(
    'where Twilio and ElevenLabs are to point it now; null for a past time',
  ),
  customer: RouteFacts.shape.customer,
})
export type Explanation = z.infer<typeof Explanation>

export type Explain = (question: {
  to: string
  /** As it was given; undefined: nobody in particular. */
  from: string | undefined
  /** Its E.164; null when it is withheld or nobody's. */
  customer: string | null
  /** ISO time; null: now. */
  at: string | null
}) => Promise<Explanation>

/**
 * Why a text and a call to a number do what they do, now or, as far as it is kept, at a past time.
 * Tells of a customer only how much there is, never what was said.
 */
export function createExplain(deps: {
  store: ExplainStore
  routes: NumberUrls
  readCarriers: ReadCarriers
  /** For numbers without an agent of their own. */
  agentId: string
  defaultOrganizationName: string
  askedBeforeCalls: AskedBeforeCalls
  answeredElsewhere: AnsweredElsewhere
  /** It has one address: PUBLIC_URL, and none before it. */
  hasOneAddress: boolean
}): Explain {
  return async ({ to, from, customer, at }) => {
    const facts = await deps.store.facts(to, customer, at)
    const carriersNow = at === null ? await readNow(facts) : undefined
    const routing = at === null ? routingOf(facts, carriersNow) : null
    const elsewhere = at === null ? deps.answeredElsewhere() : undefined
    const question: Question = {
      to,
      from,
      customer,
      isPast: at !== null,
      facts,
      answering: facts.number ? deps.routes.answering(facts.number) : 'nobody',
      carriersNow,
      defaultOrganizationName: deps.defaultOrganizationName,
      elsewhere,
    }
    const agent = routing?.agentId
      ? misled(await agentSteps(routing.agentId, deps.askedBeforeCalls), {
          elsewhere,
          isCertain: deps.hasOneAddress,
        })
      : undefined
    const asked = question.answering === 'elevenlabs' ? agent?.question : undefined
    return {
      success: true,
      to,
      from: from === undefined ? null : (customer ?? from),
      at: facts.at,
      steps: [
        numberStep(question),
        holderStep(question),
        textStep(question),
        ...replySteps(question),
        callStep(question, asked),
        ...courseSteps(question),
        ...(routing
          ? carrierSteps({
              routing,
              isLeftAlone: isLeftAlone(facts),
              carriersNow,
              isAtRest: isAtRest(facts),
              elsewhere,
            })
          : []),
        ...(asked ? [asked] : []),
        ...(agent ? [agent.report] : []),
        ...(from === undefined ? [] : [memoryStep(question)]),
      ],
      numbers: facts.numbers,
      holding: facts.holding,
      routing: routing && { ...routing, verified: routing.verified && elsewhere === undefined },
      customer: facts.customer,
    }
  }

  /** Of one that is not bought yet there is nothing to ask. */
  async function readNow({ number }: RouteFacts): Promise<CarriersNow | undefined> {
    if (!number || number.status === 'purchasing') return undefined
    return deps.readCarriers(number, number.agent_id ?? deps.agentId)
  }

  function routingOf(
    { number, numbers }: RouteFacts,
    carriersNow: CarriersNow | undefined,
  ): Explanation['routing'] {
    if (!number || number.status === 'purchasing') return null
    const answering = deps.routes.answering(number)
    const { voiceUrl, smsUrl } = deps.routes.of(number)
    return {
      voiceUrl,
      smsUrl,
      agentId: answering === 'nobody' ? null : (number.agent_id ?? deps.agentId),
      verified:
        isAtRest({ number, numbers }) &&
        carriersNow?.asked === true &&
        carriersNow.wrong.length === 0 &&
        obstaclesOf(carriersNow).length === 0,
      verifiedAt: rowOf({ number, numbers })?.verified_at ?? null,
    }
  }
}

/** Of a call that comes now in somebody's name. */
function courseSteps({ answering, facts }: Question): Step[] {
  return facts.calls_by && answering !== 'nobody'
    ? [courseStep(facts.calls_by, answering, new Date(facts.at))]
    : []
}

type Numbers = Pick<RouteFacts, 'number' | 'numbers'>

function rowOf({ number, numbers }: Numbers) {
  return numbers.find(({ id }) => id === number?.id)
}

/** Nothing is about to change what the carriers have. */
function isAtRest(facts: Numbers): boolean {
  const { status } = facts.number ?? {}
  return (
    (rowOf(facts)?.sync_due_at ?? null) === null &&
    !isLeftAlone(facts) &&
    (status === 'quarantined' || (status !== undefined && isLive(status)))
  )
}

function isLeftAlone(facts: Numbers): boolean {
  return (rowOf(facts)?.mark_doubt ?? null) !== null
}
