import { newId } from '../core/ids.ts'
import type { World } from '../core/world.ts'
import { callPrice } from '../pricing/call-price.ts'
import { charge } from '../pricing/charge.ts'
import { nationalFormat, rfc2822 } from './format.ts'
import { geoParams } from './geo-params.ts'
import { accountSid, type CallRow } from './model.ts'
import { sendWebhook, type Target } from './webhooks.ts'

/** A call that begins now, or began at `at`. */
export function newCall(
  options: Pick<CallRow, 'from' | 'to' | 'direction' | 'status' | 'phone_number_sid'>,
  at = new Date(),
): CallRow {
  const sid = newId('CA')
  const now = rfc2822(at)
  return {
    sid,
    account_sid: accountSid,
    parent_call_sid: null,
    ...options,
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

/** A call as the API gives it. */
export function callItem(row: CallRow): unknown {
  return {
    ...row,
    from_formatted: nationalFormat(row.from),
    to_formatted: nationalFormat(row.to),
    group_sid: null,
    trunk_sid: null,
    queue_time: '0',
    subresource_uris: {},
  }
}

/** What every webhook about a call tells of it. */
export function voiceParams(call: CallRow): Record<string, string> {
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

/**
 * Ends a call and tells the status callback, as far as that listens. `duration` in seconds. Only a
 * call that took place costs something, or ever has a price.
 */
export async function endCall(
  world: World,
  call: CallRow,
  outcome: { status: 'completed' | 'busy' | 'no-answer' | 'failed'; duration: number },
  statusCallback: Target,
): Promise<void> {
  const end = new Date(Date.parse(call.start_time) + outcome.duration * 1000)
  world.change(() => {
    call.status = outcome.status
    call.duration = String(outcome.duration)
    call.end_time = rfc2822(end)
    call.date_updated = rfc2822(new Date())
  })
  if (outcome.status === 'completed') charge(world, 'calls', call, callPrice(call))
  if (statusCallback.url === '') return
  const params = {
    ...voiceParams(call),
    Duration: String(Math.ceil(outcome.duration / 60)),
    CallDuration: String(outcome.duration),
    Timestamp: rfc2822(new Date()),
    CallbackSource: 'call-progress-events',
    SequenceNumber: '0',
  }
  // A status callback is best effort: nobody hears of its failure.
  await sendWebhook(world, 'callStatus', statusCallback, params).catch(() =>
    world.signal.throwIfAborted(),
  )
}
