import type { Call, Operation } from '../core/operation.ts'
import type { World } from '../core/world.ts'
import { reportPrices } from '../pricing/charge.ts'
import { dateParams, isWithin } from '../twilio/date-filter.ts'
import { notComplete, notFound } from '../twilio/errors.ts'
import { accountSid, type MessageRow } from '../twilio/model.ts'
import { newestFirst, pageOf, pageParams } from '../twilio/paging.ts'
import { createMessage, messageForm } from './create-message.ts'
import { messageItem } from './message.ts'

const list = '/2010-04-01/Accounts/:accountSid/Messages.json'
const one = '/2010-04-01/Accounts/:accountSid/Messages/:sid.json'

/** The messages of the account, newest first: send one, look them up, delete them. */
export function messageOperations(world: World): Operation[] {
  return [
    {
      name: 'messages.create',
      method: 'post',
      path: list,
      form: messageForm,
      handle: ({ body }) => ({ status: 201, body: messageItem(createMessage(world, body)) }),
    },
    {
      name: 'messages.list',
      method: 'get',
      path: list,
      query: [...pageParams, 'From', 'To', ...dateParams('DateSent')],
      handle(call) {
        reportPrices(world)
        const path = list.replace(':accountSid', accountSid)
        const rows = newestFirst(world.state.twilio.messages.filter((row) => matches(row, call)))
        return pageOf({
          key: 'messages',
          path,
          rows,
          sidOf: (row) => row.sid,
          itemOf: messageItem,
          call,
        })
      },
    },
    {
      name: 'messages.fetch',
      method: 'get',
      path: one,
      handle(call) {
        reportPrices(world)
        return { status: 200, body: messageItem(find(world, call)) }
      },
    },
    {
      name: 'messages.remove',
      method: 'delete',
      path: one,
      handle(call) {
        const row = find(world, call)
        if (!final.has(row.status)) throw notComplete(row.sid)
        world.change(({ twilio }) => {
          twilio.messages = twilio.messages.filter((each) => each !== row)
          twilio.media = twilio.media.filter((each) => each.parent_sid !== row.sid)
        })
        return { status: 204 }
      },
    },
  ]
}

/** A message with one of these goes no further. */
const final = new Set(['delivered', 'undelivered', 'failed', 'received'])

function find(world: World, { params }: Call): MessageRow {
  const row = world.state.twilio.messages.find((each) => each.sid === params.sid)
  if (row !== undefined) return row
  throw notFound(one.replace(':accountSid', accountSid).replace(':sid', String(params.sid)))
}

/** What has not been sent has no date, so that a filter by date leaves it out. */
function matches(row: MessageRow, { query }: Call): boolean {
  const { From: from = row.from, To: to = row.to } = query
  return row.from === from && row.to === to && isWithin(row.date_sent, 'DateSent', query)
}
