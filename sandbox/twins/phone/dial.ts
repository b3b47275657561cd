import { reactionOf, ring } from '../core/reactions.ts'
import type { World } from '../core/world.ts'
import { endCall, newCall } from '../twilio/call.ts'
import type { CallRow } from '../twilio/model.ts'
import { ask, type Heard, hear, type Line, type Step, sentenceSeconds, type Verb } from './line.ts'

const nowhere = { url: '', method: 'POST' }

/**
 * `<Dial>` to one number, which reacts as arranged. Where somebody answers, the customer talks to
 * them and hangs up; where nobody does, the call goes on with `action`, else with the next verb.
 */
export async function dial(line: Line, verb: Verb, heard: Heard): Promise<Step> {
  const { world, call, says } = line
  const number = verb.children.find((child) => child.name === 'Number')?.text ?? verb.text
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
