import { openingInWords } from '../../business-hours/in-words.ts'
import { courseOf, type RoutingStep } from '../call-routing.ts'
import type { Step } from './step.ts'
import type { RouteFacts } from './trace-store.ts'

type CallsBy = NonNullable<RouteFacts['calls_by']>

/** How a call goes that comes at this moment: the same function decides it that answers calls. */
export function courseStep(by: CallsBy, answering: 'server' | 'elevenlabs', at: Date): Step {
  const course = courseOf(by, at)
  const tries: RoutingStep[] = answering === 'server' ? course.steps : [{ to: 'agent' }]
  return {
    step: 'course',
    result: by.business_hours === undefined ? 'no_hours' : course.isClosed ? 'closed' : 'open',
    because: `${hoursInWords(by, at)} ${answering === 'server' ? routingInWords(by, tries) : AGENT_ALONE}`,
    tries,
  }
}

const AGENT_ALONE = 'ElevenLabs answers, so the agent takes every call, and is told the hours.'

function hoursInWords({ business_hours: hours, hours_of_number, name }: CallsBy, at: Date): string {
  if (!hours) return `${name} has no business hours, so calls go the same way at any time.`
  const { is_open, next_opening } = openingInWords(hours, at)
  const whose = `By the hours of ${hours_of_number ? 'the number itself' : name} (${hours.time_zone})`
  if (is_open === 'yes') return `${whose}, it is open now.`
  const next = next_opening ? `and opens next on ${next_opening}` : 'and no opening is in sight'
  return `${whose}, it is closed now, ${next}.`
}

function routingInWords(
  { routing, routing_of_number, name, forward_to }: CallsBy,
  tries: RoutingStep[],
) {
  const whose = routing
    ? `By the routing of ${routing_of_number ? 'the number itself' : name}`
    : 'Without a routing'
  const isForwarded = tries.some(({ to }) => to === 'forward')
  const last =
    forward_to && !isForwarded ? `is put through to ${forward_to}, or else hears` : 'hears'
  const end =
    tries.at(-1)?.to === 'voicemail'
      ? ''
      : ` Where that comes to nothing, a caller ${last} an apology.`
  return `${whose}, ${tries.map(tryInWords).join(', then ')}.${end}`
}

function tryInWords(step: RoutingStep): string {
  if (step.to === 'agent') return 'the agent takes the call'
  return step.to === 'forward'
    ? `the caller is put through to ${step.number}`
    : 'the caller leaves a message'
}
