import { newId } from '../core/ids.ts'
import type { Operation } from '../core/operation.ts'
import type { World } from '../core/world.ts'
import { dateParams, isWithin } from '../twilio/date-filter.ts'
import { notFound } from '../twilio/errors.ts'
import { accountSid, type MediaRow, type MessageRow } from '../twilio/model.ts'
import { pageOf, pageParams } from '../twilio/paging.ts'

const list = '/2010-04-01/Accounts/:accountSid/Messages/:messageSid/Media.json'

/** What messages brought along, as long as they are there. */
export function mediaOperations(world: World): Operation[] {
  return [
    {
      name: 'messages.media.list',
      method: 'get',
      path: list,
      query: [...pageParams, ...dateParams('DateCreated')],
      handle(call) {
        const sid = String(call.params.messageSid)
        const path = list.replace(':accountSid', accountSid).replace(':messageSid', sid)
        const { messages, media } = world.state.twilio
        if (!messages.some((each) => each.sid === sid)) throw notFound(path)
        const rows = media
          .filter((row) => row.parent_sid === sid)
          .filter((row) => isWithin(row.date_created, 'DateCreated', call.query))
        return pageOf({ key: 'media_list', path, rows, sidOf: (row) => row.sid, call })
      },
    },
  ]
}

/** Keeps what a message brought along. */
export function keepMedia(world: World, message: MessageRow, contentType: string): void {
  const sid = newId('ME')
  const row: MediaRow = {
    sid,
    account_sid: accountSid,
    parent_sid: message.sid,
    content_type: contentType,
    date_created: message.date_created,
    date_updated: message.date_created,
    uri: `/2010-04-01/Accounts/${accountSid}/Messages/${message.sid}/Media/${sid}.json`,
  }
  world.change(({ twilio }) => twilio.media.push(row))
}
