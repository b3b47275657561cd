import { type Answer, answerOf } from '../twilio/webhooks.ts'
import { connect } from './connect.ts'
import { dial } from './dial.ts'
import { ask, type Heard, hear, type Line, type Step, type Verb } from './line.ts'
import { record } from './record.ts'

/** What Twilio says where an application gives it no usable TwiML. */
const applicationError = 'We are sorry, an application error has occurred. Goodbye.'

/** So many documents of one call are followed. */
const maxDocuments = 20

type Perform = (line: Line, verb: Verb, heard: Heard) => Step | Promise<Step>

const verbs: Record<string, Perform> = {
  Say(_line, verb, heard) {
    heard.said.push(verb.text.trim())
    hear(heard, verb.text.trim())
    return 'next'
  },
  Play(_line, verb, heard) {
    hear(heard, `(${verb.text.trim()})`)
    return 'next'
  },
  Pause(_line, verb, heard) {
    heard.seconds += Number(verb.attributes.length ?? 1)
    return 'next'
  },
  Hangup: () => 'over',
  Reject(_line, verb, heard) {
    // Once a call is answered it can no longer be rejected, only ended.
    if (heard.sounds.length > 0) return 'over'
    const busy = verb.attributes.reason === 'busy'
    heard.sounds.push(busy ? '(busy signal)' : '(the number is not in service)')
    heard.rejected = true
    heard.error = 'The call was rejected'
    return 'over'
  },
  Redirect: async (line, verb) => await ask(line, verb, { href: verb.text.trim() }),
  Connect: connect,
  Dial: dial,
  Record: record,
}

/** Follows the TwiML of a call up to its end; verbs that are not known here are passed over. */
export async function followTwiml(line: Line, first: Answer): Promise<Heard> {
  const heard: Heard = {
    said: [],
    sounds: [],
    seconds: 0,
    connected: false,
    rejected: false,
    forwardedTo: null,
    whispered: null,
    recorded: null,
  }
  if (first.url === '') return { ...heard, error: 'The number has no voice URL' }
  let step: Step = first
  for (let documents = 1; typeof step !== 'string'; documents += 1) {
    const problem: string | undefined =
      documents > maxDocuments ? 'The TwiML leads in a circle' : unusable(step)
    if (problem !== undefined) {
      hear(heard, applicationError)
      return { ...heard, error: problem }
    }
    step = await followDocument(line, step, heard)
  }
  return heard
}

async function followDocument(line: Line, answer: Answer, heard: Heard): Promise<Step> {
  for (const element of answer.verbs) {
    if (element.name !== 'Reject') pickUp(line)
    const step = await verbs[element.name]?.(line, { ...element, base: answer.url }, heard)
    const instead = redirected(line)
    if (instead !== undefined) return instead
    if (step !== undefined && step !== 'next') return step
  }
  return 'over'
}

/** What the account's owner has told Twilio meanwhile to do with the call, instead of what it did. */
function redirected({ world, call }: Line): Answer | undefined {
  const twiml = world.redirects.get(call.sid)
  world.redirects.delete(call.sid)
  return twiml === undefined ? undefined : answerOf(twiml)
}

function pickUp({ world, call }: Line): void {
  if (call.status !== 'ringing') return
  world.change(() => {
    call.status = 'in-progress'
  })
}

function unusable({ errorCode, status }: Answer): string | undefined {
  if (errorCode === null) return undefined
  const http = status === null ? '' : `, HTTP ${status}`
  return `No usable TwiML (Twilio error ${errorCode}${http})`
}
