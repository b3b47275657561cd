import { z } from 'zod'
import type { ListedItem, ListPage } from '../../platform/catch-up.ts'
import type { Arrivals } from '../ports/arrivals.ts'
import { CarrierError } from '../ports/carrier-error.ts'
import { CallRow, EndedCallRow, MediaRow, MessageRow, RecordingRow } from './arrival-replies.ts'
import { askTwilio, pagesOf, rowsOf } from './ask-twilio.ts'
import type { TwilioClient } from './client.ts'

/** Of these a recording never comes. Source: Twilio, "Recordings resource", status. */
const GONE = new Set(['absent', 'deleted'])

const TapeRow = z.object({ status: z.string() })

/** Asked for every minute; of what is listed, mostly one page is enough. */
const PAGE_SIZE = 200

/** Arrivals on the Twilio SDK; operations in errors are named as the SDK names them. */
export function createTwilioArrivals(client: TwilioClient): Arrivals {
  return {
    listInboundTexts: () =>
      listPages(
        'message',
        pagesOf('messages.list', MessageRow, {
          first: () => client.messages.page({ pageSize: PAGE_SIZE }),
          next: (url) => client.messages.getPage(url),
        }),
      ),

    async getMedia(messageSid) {
      try {
        return await rowsOf('messages.media.list', MediaRow, PAGE_SIZE, {
          first: () => client.messages(messageSid).media.page({ pageSize: PAGE_SIZE }),
          next: (url) => client.messages(messageSid).media.getPage(url),
        })
      } catch (error) {
        if (error instanceof CarrierError && error.kind === 'not_found') return []
        throw error
      }
    },

    listInboundCalls: () =>
      listPages(
        'call',
        pagesOf('calls.list', CallRow, {
          first: () => client.calls.page({ pageSize: PAGE_SIZE }),
          next: (url) => client.calls.getPage(url),
        }),
      ),

    async findCallEnd(callSid) {
      try {
        return await askTwilio('calls.fetch', EndedCallRow, () => client.calls(callSid).fetch())
      } catch (error) {
        if (error instanceof CarrierError && error.kind === 'not_found') return undefined
        throw error
      }
    },

    async isOnTape(sid) {
      try {
        const { status } = await askTwilio('recordings.fetch', TapeRow, () =>
          client.recordings(sid).fetch(),
        )
        return !GONE.has(status)
      } catch (error) {
        if (error instanceof CarrierError && error.kind === 'not_found') return false
        throw error
      }
    },

    listVoicemails: () =>
      listPages(
        'recording',
        pagesOf('recordings.list', RecordingRow, {
          first: () => client.recordings.page({ pageSize: PAGE_SIZE }),
          next: (url) => client.recordings.getPage(url),
        }),
      ),
  }
}

/**
 * @param kind a text, a call or a recording, in one word: what is listed without a SID is named by that and
 *   its time
 * @throws CarrierError where no row of a page tells its time: then nobody knows how far the page goes
 */
async function* listPages<Item extends { sid: string }>(
  kind: string,
  pages: AsyncIterable<{ at: Date | null; item: Item | null }[]>,
): AsyncGenerator<ListPage<Item & ListedItem>> {
  for await (const rows of pages) {
    const reachesBackTo = rows.findLast(({ at }) => at !== null)?.at ?? null
    if (rows.length > 0 && reachesBackTo === null)
      throw new CarrierError('twilio', `${kind}s.list`, 'bad_reply', 'no row tells its time')
    const items = rows.flatMap(({ item, at: given }, index) => {
      // Without a time of its own it is no older than the next row that has one.
      const at = given ?? rows.slice(index).find((older) => older.at)?.at ?? reachesBackTo
      if (!item || !at) return []
      const sid = item.sid === '' ? `${kind} without a SID, ${at.toISOString()}` : item.sid
      return [{ ...item, sid, at, ...(given ? {} : { isUndated: true }) }]
    })
    yield { items, reachesBackTo }
  }
}
