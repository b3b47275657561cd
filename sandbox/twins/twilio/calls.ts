import type { Call, Operation } from '../core/operation.ts'
import type { World } from '../core/world.ts'
import { reportPrices } from '../pricing/charge.ts'
import { callItem } from './call.ts'
import { oneOf } from './choices.ts'
import { dateParams, isWithin } from './date-filter.ts'
import { notComplete, notFound, twilioError } from './errors.ts'
import { accountSid, type CallRow } from './model.ts'
import { callForm, type Dial, placeCall, twimlOf } from './outbound-call.ts'
import { newestFirst, pageOf, pageParams } from './paging.ts'

const list = '/2010-04-01/Accounts/:accountSid/Calls.json'
const one = '/2010-04-01/Accounts/:accountSid/Calls/:sid.json'

const filters = [
  ...pageParams,
  'From',
  'To',
  'Status',
  'ParentCallSid',
  ...dateParams('StartTime'),
  ...dateParams('EndTime'),
]

/** The calls of the account, newest first: place one, look them up, delete them. */
export function callOperations(world: World, dial: Dial): Operation[] {
  return [
    {
      name: 'calls.create',
      method: 'post',
      path: list,
      form: callForm,
      handle: ({ body }) => ({ status: 201, body: callItem(placeCall(world, dial, body)) }),
    },
    {
      name: 'calls.list',
      method: 'get',
      path: list,
      query: filters,
      handle(call) {
        if (call.query.Status) oneOf('Status', call.query.Status, statuses)
        reportPrices(world)
        const path = list.replace(':accountSid', accountSid)
        const rows = newestFirst(world.state.twilio.calls.filter((row) => matches(row, call)))
        return pageOf({
          key: 'calls',
          path,
          rows,
          sidOf: (row) => row.sid,
          itemOf: callItem,
          call,
        })
      },
    },
    {
      name: 'calls.fetch',
      method: 'get',
      path: one,
      handle(call) {
        reportPrices(world)
        return { status: 200, body: callItem(find(world, call)) }
      },
    },
    {
      name: 'calls.update',
      method: 'post',
      path: one,
      form: ['Twiml'],
      handle(call) {
        const row = find(world, call)
        if (row.status !== 'in-progress')
          throw twilioError(400, 21220, 'Call is not in-progress. Cannot redirect.')
        world.redirects.set(row.sid, twimlOf(call.body.Twiml))
        return { status: 200, body: callItem(row) }
      },
    },
    {
      name: 'calls.remove',
      method: 'delete',
      path: one,
      handle(call) {
        const row = find(world, call)
        if (running.has(row.status)) throw notComplete(row.sid)
        world.change(({ twilio }) => {
          twilio.calls = twilio.calls.filter((each) => each !== row)
        })
        return { status: 204 }
      },
    },
  ]
}

const statuses = [
  'queued',
  'ringing',
  'in-progress',
  'completed',
  'busy',
  'failed',
  'no-answer',
  'canceled',
]

const running = new Set(['queued', 'ringing', 'in-progress'])

function find(world: World, { params }: Call): CallRow {
  const row = world.state.twilio.calls.find((each) => each.sid === params.sid)
  if (row !== undefined) return row
  throw notFound(one.replace(':accountSid', accountSid).replace(':sid', String(params.sid)))
}

function matches(row: CallRow, { query }: Call): boolean {
  const { From: from = row.from, To: to = row.to, Status: status = row.status } = query
  const { ParentCallSid: parent = row.parent_call_sid } = query
  const fits = row.from === from && row.to === to && row.status === status
  return (
    fits &&
    row.parent_call_sid === parent &&
    isWithin(row.start_time, 'StartTime', query) &&
    isWithin(row.end_time, 'EndTime', query)
  )
}
