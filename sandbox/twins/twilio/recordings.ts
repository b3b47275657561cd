import type { Call, Operation } from '../core/operation.ts'
import type { World } from '../core/world.ts'
import { dateParams, isWithin } from './date-filter.ts'
import { notFound } from './errors.ts'
import { rfc2822 } from './format.ts'
import { accountSid, type RecordingRow } from './model.ts'
import { newestFirst, pageOf, pageParams } from './paging.ts'

const list = '/2010-04-01/Accounts/:accountSid/Recordings.json'
const one = '/2010-04-01/Accounts/:accountSid/Recordings/:sid.json'

/** What was recorded of calls, newest first: look it up, delete it. It outlives the call itself. */
export function recordingOperations(world: World): Operation[] {
  return [
    {
      name: 'recordings.list',
      method: 'get',
      path: list,
      query: [...pageParams, 'CallSid', ...dateParams('DateCreated')],
      handle(call) {
        const path = list.replace(':accountSid', accountSid)
        const rows = newestFirst(world.state.twilio.recordings.filter((row) => matches(row, call)))
        return pageOf({
          key: 'recordings',
          path,
          rows,
          sidOf: (row) => row.sid,
          itemOf: (row) => ({ ...row, encryption_details: null, subresource_uris: {} }),
          call,
        })
      },
    },
    {
      name: 'recordings.remove',
      method: 'delete',
      path: one,
      handle({ params }) {
        const row = world.state.twilio.recordings.find((each) => each.sid === params.sid)
        if (row === undefined) {
          throw notFound(one.replace(':accountSid', accountSid).replace(':sid', String(params.sid)))
        }
        world.change(({ twilio }) => {
          twilio.recordings = twilio.recordings.filter((each) => each !== row)
        })
        return { status: 204 }
      },
    },
  ]
}

function matches(row: RecordingRow, { query }: Call): boolean {
  const { CallSid: callSid = row.call_sid } = query
  return row.call_sid === callSid && isWithin(row.date_created, 'DateCreated', query)
}

/** Keeps what a caller has left on tape; `duration` in seconds. */
export function keepRecording(
  world: World,
  { sid, callSid, duration }: { sid: string; callSid: string; duration: number },
): RecordingRow {
  const now = rfc2822(new Date())
  const uri = `/2010-04-01/Accounts/${accountSid}/Recordings/${sid}`
  const row: RecordingRow = {
    sid,
    account_sid: accountSid,
    call_sid: callSid,
    conference_sid: null,
    duration: String(duration),
    status: 'completed',
    channels: 1,
    source: 'RecordVerb',
    error_code: null,
    price: null,
    price_unit: 'USD',
    start_time: now,
    media_url: `${world.origin}/twilio/api${uri}`,
    api_version: '2010-04-01',
    date_created: now,
    date_updated: now,
    uri: `${uri}.json`,
  }
  world.change(({ twilio }) => twilio.recordings.push(row))
  return row
}
