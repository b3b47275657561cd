import { reactionOf, ring } from '../core/reactions.ts'
import type { World } from '../core/world.ts'
import { endCall, newCall, voiceParams } from '../twilio/call.ts'
import type { CallRow } from '../twilio/model.ts'
import type { TwimlElement } from '../twilio/twiml.ts'
import { askApplication } from '../twilio/webhooks.ts'
import {
  ask,
  type Heard,
  hear,
  type Line,
  methodOf,
  type Step,
  sentenceSeconds,
  type Verb,
} from './line.ts'

const nowhere = { url: '', method: 'POST' }

/**
 * `<Dial>` to one number, which reacts as arranged. Where somebody answers, the customer talks to
 * them and hangs up; where nobody does, the call goes on with `action`, else with the next verb.
 */
export async function dial(line: Line, verb: Verb, heard: Heard): Promise<Step> {
  const { world, call, says } = line
  const noun = verb.children.find((child) => child.name === 'Number')
  const number = noun?.text ?? verb.text
  heard.forwardedTo = number.trim()
  hear(heard, '(ringing)')
  const leg = callOn(world, call, {
    to: heard.forwardedTo,
    from: verb.attributes.callerId ?? call.from,
  })
  const reaction = reactionOf(world, leg.to)
  const { result } = reaction
  const isNumber = /^\+[1-9]\d{6,14}$/.test(leg.to)
  const status = !isNumber ? 'failed' : result === 'answered' ? 'completed' : result
  if (isNumber) await ring(world, reaction)
  const answered = status === 'completed'
  if (answered && noun?.attributes.url) heard.whispered = await whisper(line, verb, noun, leg)
  const duration = answered ? Math.max(1, says.length) * sentenceSeconds : 0
  heard.seconds += duration
  await endCall(world, leg, { status, duration }, nowhere)
  const { action } = verb.attributes
  if (action !== undefined) {
    const next = await ask(line, verb, {
      href: action,
      DialCallStatus: status,
      DialCallSid: leg.sid,
      DialCallDuration: String(duration),
    })
    if (!answered) return next
  }
  return answered ? 'over' : 'next'
}

/** What whoever has answered hears before the customer does, as the URL of the number says. */
async function whisper(
  { world, call }: Line,
  { base }: Verb,
  { attributes }: TwimlElement,
  leg: CallRow,
): Promise<string> {
  const { verbs } = await askApplication(world, {
    channel: 'voice',
    primary: { url: new URL(attributes.url ?? '', base).href, method: methodOf(attributes.method) },
    fallback: nowhere,
    params: { ...voiceParams(leg), ParentCallSid: call.sid },
  })
  return verbs
    .filter(({ name }) => name === 'Say')
    .map(({ text }) => text.trim())
    .join(' ')
}

function callOn(world: World, call: CallRow, numbers: { from: string; to: string }): CallRow {
  const leg: CallRow = {
    ...newCall({
      ...numbers,
      direction: 'outbound-dial',
      status: 'ringing',
      phone_number_sid: call.phone_number_sid,
    }),
    parent_call_sid: call.sid,
  }
  world.change(({ twilio }) => twilio.calls.push(leg))
  return leg
}
