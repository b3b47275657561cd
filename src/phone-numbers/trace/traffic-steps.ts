import { doubtAbout } from './read-carriers.ts'
import type { Question, QuestionStep, Step } from './step.ts'
import type { RouteFacts } from './trace-store.ts'

/** Of a past time only the holder is kept; its status, and the number's, are told of now. */
const notKept = ({ holding }: RouteFacts) => {
  const name = holding?.organization_name
  return `${name} held it then. Whether the line was set up and ${name} suspended then is not kept.`
}

/** What a text and a call met at a past time when nobody held the number. */
const unheld: Record<
  NonNullable<RouteFacts['status_without_holder']>,
  { call: 'not_ours' | 'not_in_service' | 'neutral'; text: string; spoken: string }
> = {
  not_ours: {
    call: 'not_ours',
    text: 'It was not one of our numbers then, so no text to it came to us.',
    spoken: 'It was not one of our numbers then, so we were not asked about it.',
  },
  quarantined: {
    call: 'not_in_service',
    text: 'It had been given up and was in quarantine then: a text was answered with 404.',
    spoken:
      'It had been given up and was in quarantine then: callers heard that it is not in service.',
  },
  idle: {
    call: 'neutral',
    text: 'No organization held it then. A text was answered with 404.',
    spoken: 'No organization held it then. No name was spoken.',
  },
}

/** What becomes of a text: the same function decides it that receives texts. */
export function textStep({ isPast, facts, carriersNow, elsewhere }: Question): Step {
  const name = facts.holding?.organization_name
  if (isPast) {
    return facts.status_without_holder
      ? { step: 'text', result: 'refused', because: unheld[facts.status_without_holder].text }
      : { step: 'text', result: 'not_kept', because: notKept(facts) }
  }
  const doubt = strayedTo(elsewhere) ?? doubtAbout(carriersNow, ['smsUrl'], 'texts')
  const because = `${name} holds the number, so it is theirs.`
  return facts.texts_to
    ? doubt
      ? { step: 'text', result: 'unverified', because: `${because} ${doubt}` }
      : { step: 'text', result: 'stored', because }
    : {
        step: 'text',
        result: 'refused',
        because: 'No organization holds the number: 404, and nothing is stored.',
      }
}

/**
 * What a caller hears: decided by where the number is pointed, and by the pre-call webhook's own function,
 * as long as ElevenLabs asks that (`asked`; undefined: nobody is to be asked).
 */
export function callStep(question: Question, asked?: QuestionStep): Step {
  const { isPast, facts, answering, defaultOrganizationName } = question
  const { holding, number } = facts
  const name = holding?.organization_name
  const step = 'call'
  if (isPast) {
    const then = facts.status_without_holder && unheld[facts.status_without_holder]
    return then
      ? { step, result: then.call, because: then.spoken }
      : { step, result: 'not_kept', because: notKept(facts) }
  }
  if (!number || number.status === 'purchasing') {
    const why = number ? 'its purchase is not confirmed' : 'the number is not one of ours'
    return { step, result: 'not_ours', because: `We are not asked about it: ${why}.` }
  }
  if (answering === 'nobody') {
    return silent(silenceOf(facts))
  }
  const doubt =
    strayedTo(question.elsewhere) ??
    doubtAbout(question.carriersNow, ['voiceUrl', 'agent', 'import'], 'calls') ??
    doubtAboutAsking(asked)
  if (facts.calls_to) {
    const because = `${name} holds the number and is active.`
    return doubt
      ? { step, result: 'unverified', because: `${because} ${doubt}` }
      : { step, result: 'answered', because }
  }
  const why = holding
    ? `${name} holds the number, but its set-up is not verified yet`
    : 'The number waits in the pool'
  if (answering === 'server') {
    return silent(`${why}: our own route says so.`)
  }
  const because = `${why}: the agent speaks for ${defaultOrganizationName}.`
  return doubt
    ? { step, result: 'unverified', because: `${because} ${doubt}` }
    : { step, result: 'neutral', because }

  /** Our own route says so, as long as it is asked. */
  function silent(why: string): Step {
    const strayed = strayedTo(question.elsewhere)
    return strayed
      ? { step, result: 'unverified', because: `${why} ${strayed}` }
      : { step, result: 'not_in_service', because: why }
  }
}

function strayedTo(elsewhere: string | undefined): string | undefined {
  return (
    elsewhere &&
    `But what Twilio and ElevenLabs send to this server does not reach it. ${elsewhere}`
  )
}

/** Only we say for whom the agent speaks. */
function doubtAboutAsking(asked: QuestionStep | undefined): string | undefined {
  return asked && asked.result !== 'us'
    ? `But whom it speaks for is not ours to say: ${asked.because}`
    : undefined
}

function silenceOf({ number, holding }: RouteFacts): string {
  if (number?.status === 'quarantined') return 'The number was given up and is in quarantine.'
  if (number?.holder_status === 'suspended') return `${holding?.organization_name} is suspended.`
  return 'ElevenLabs does not know the number yet, so no agent can answer.'
}
