import { bytesOf } from '../core/bytes.ts'
import type { Call, Operation } from '../core/operation.ts'
import type { World } from '../core/world.ts'
import { dateParams, isWithin } from './date-filter.ts'
import { notFound } from './errors.ts'
import { rfc2822 } from './format.ts'
import { accountSid, type RecordingRow } from './model.ts'
import { newestFirst, pageOf, pageParams } from './paging.ts'

const list = '/2010-04-01/Accounts/:accountSid/Recordings.json'
const one = '/2010-04-01/Accounts/:accountSid/Recordings/:sid.json'
const file = '/2010-04-01/Accounts/:accountSid/Recordings/:file'

/** How many bytes a second on tape takes. */
const BYTES_A_SECOND = 4_000

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
          itemOf,
          call,
        })
      },
    },
    {
      name: 'recordings.fetch',
      method: 'get',
      path: one,
      handle: ({ params }) => ({ status: 200, body: itemOf(find(world, params.sid, one)) }),
    },
    {
      name: 'recordings.remove',
      method: 'delete',
      path: one,
      handle({ params }) {
        const row = find(world, params.sid, one)
        world.change(({ twilio }) => {
          twilio.recordings = twilio.recordings.filter((each) => each !== row)
          twilio.recordingsRemovedOf.push(row.call_sid)
        })
        return { status: 204 }
      },
    },
  ]
}

/**
 * What is on tape: by its SID alone, or with `.wav`, as WAV, with `.mp3` as MP3, and never in parts. Source:
 * Twilio, "Fetch a Recording's media".
 */
export function recordingFiles(world: World): Operation[] {
  return [
    {
      name: 'recordings.file',
      method: 'get',
      path: file,
      handle({ params }) {
        const [, sid, format] = /^(\w+?)(?:\.(mp3|wav))?$/.exec(String(params.file)) ?? []
        const { duration } = find(world, sid, file)
        const type = format === 'mp3' ? 'audio/mpeg' : 'audio/x-wav'
        const body = bytesOf(String(sid), Number(duration) * BYTES_A_SECOND)
        return { status: 200, type, body }
      },
    },
  ]
}

const itemOf = (row: RecordingRow) => ({ ...row, encryption_details: null, subresource_uris: {} })

function find(world: World, sid: string | undefined, path: string): RecordingRow {
  const row = world.state.twilio.recordings.find((each) => each.sid === sid)
  if (row !== undefined) return row
  throw notFound(path.replace(':accountSid', accountSid).replace(/:(sid|file)/, String(sid)))
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
