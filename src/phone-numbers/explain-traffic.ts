import type { Question, Step } from './explain-step.ts'
import type { RouteFacts } from './explain-store.ts'

/** Of a past time only the holder is kept; its status, and the number's, are told of now. */
const notKept = (name: string) =>
  `${name} held it then. Whether the line was set up and ${name} suspended then is not kept.`

const nobodyThen = 'No organization held it then.'

/** What becomes of a text: the same function decides it that receives texts. */
export function textStep({ isPast, facts }: Question): Step {
  const name = facts.holding?.organization_name
  if (isPast) {
    return name
      ? { step: 'text', result: 'stored', because: notKept(name) }
      : { step: 'text', result: 'refused', because: `${nobodyThen} A text was answered with 404.` }
  }
  return facts.texts_to
    ? { step: 'text', result: 'stored', because: `${name} holds the number, so it is theirs.` }
    : {
        step: 'text',
        result: 'refused',
        because: 'No organization holds the number: 404, and nothing is stored.',
      }
}

/** What a caller hears: decided by where the number is pointed, and by the pre-call webhook's own function. */
export function callStep(question: Question): Step {
  const { isPast, facts, answering, defaultOrganizationName } = question
  const { holding, number } = facts
  const name = holding?.organization_name
  const step = 'call'
  if (isPast) {
    return name
      ? { step, result: 'answered', because: notKept(name) }
      : { step, result: 'neutral', because: `${nobodyThen} No name was spoken.` }
  }
  if (!number || number.status === 'purchasing') {
    const why = number ? 'its purchase is not confirmed' : 'the number is not one of ours'
    return { step, result: 'not_ours', because: `We are not asked about it: ${why}.` }
  }
  if (answering === 'nobody') {
    return { step, result: 'not_in_service', because: silenceOf(facts) }
  }
  if (facts.calls_to) {
    return { step, result: 'answered', because: `${name} holds the number and is active.` }
  }
  const why = holding
    ? `${name} holds the number, but its set-up is not verified yet`
    : 'The number waits in the pool'
  return answering === 'server'
    ? { step, result: 'not_in_service', because: `${why}: our own route says so.` }
    : {
        step,
        result: 'neutral',
        because: `${why}: the agent speaks for ${defaultOrganizationName}.`,
      }
}

function silenceOf({ number, holding }: RouteFacts): string {
  if (number?.status === 'quarantined') return 'The number was given up and is in quarantine.'
  if (number?.holder_status === 'suspended') return `${holding?.organization_name} is suspended.`
  return 'ElevenLabs does not know the number yet, so no agent can answer.'
}
