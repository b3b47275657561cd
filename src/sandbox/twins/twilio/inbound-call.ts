import { newId } from '../core/ids.ts'
import type { World } from '../core/world.ts'
import { rfc2822 } from './format.ts'
import { geoParams } from './geo-params.ts'
import { accountSid, type CallRow, type NumberRow } from './model.ts'
import { type Answer, askApplication, sendWebhook } from './webhooks.ts'

/** Lets a number ring: records the call and asks the voice URL, then its fallback. */
export async function receiveCall(
  world: World,
  number: NumberRow,
  from: string,
): Promise<{ call: CallRow; answer: Answer }> {
  const call = newCall(number, from)
  world.change(({ twilio }) => twilio.calls.push(call))
  const answer = await askApplication(world, {
    channel: 'voice',
    primary: { url: number.voice_url, method: number.voice_method },
    fallback: { url: number.voice_fallback_url, method: number.voice_fallback_method },
    params: voiceParams(call),
  })
  return { call, answer }
}

/**
 * Ends a call and tells the number's status callback, as far as that listens.
 * `duration` in seconds.
 */
export async function endCall(
  world: World,
  number: NumberRow,
  call: CallRow,
  outcome: { status: 'completed' | 'busy'; duration: number },
): Promise<void> {
  const end = new Date(Date.parse(call.start_time) + outcome.duration * 1000)
  world.change(() => {
    call.status = outcome.status
    call.duration = String(outcome.duration)
    call.end_time = rfc2822(end)
    call.date_updated = rfc2822(new Date())
  })
  if (number.status_callback === '') return
  const target = { url: number.status_callback, method: number.status_callback_method }
  const params = {
    ...voiceParams(call),
    Duration: String(Math.ceil(outcome.duration / 60)),
    CallDuration: String(outcome.duration),
    Timestamp: rfc2822(new Date()),
    CallbackSource: 'call-progress-events',
    SequenceNumber: '0',
  }
  // A status callback is best effort: nobody hears of its failure.
  await sendWebhook(world, target, params).catch(() => world.signal.throwIfAborted())
}

function voiceParams(call: CallRow): Record<string, string> {
  return {
    CallSid: call.sid,
    AccountSid: call.account_sid,
    From: call.from,
    To: call.to,
    Caller: call.from,
    Called: call.to,
    CallStatus: call.status,
    Direction: call.direction,
    ApiVersion: call.api_version,
    ...geoParams('From', call.from),
    ...geoParams('Caller', call.from),
    ...geoParams('To', call.to),
    ...geoParams('Called', call.to),
  }
}

function newCall(number: NumberRow, from: string): CallRow {
  const sid = newId('CA')
  const now = rfc2822(new Date())
  return {
    sid,
    account_sid: accountSid,
    parent_call_sid: null,
    phone_number_sid: number.sid,
    from,
    to: number.phone_number,
    direction: 'inbound',
    status: 'ringing',
    start_time: now,
    end_time: null,
    duration: null,
    answered_by: null,
    caller_name: null,
    forwarded_from: null,
    price: null,
    price_unit: 'USD',
    api_version: '2010-04-01',
    date_created: now,
    date_updated: now,
    uri: `/2010-04-01/Accounts/${accountSid}/Calls/${sid}.json`,
  }
}
