import type { ListPage } from '../../platform/catch-up.ts'
import type { Arrivals } from '../ports/arrivals.ts'
import { CarrierError } from '../ports/carrier-error.ts'
import {
  CallRow,
  EndedCallRow,
  MediaRow,
  MessageRow,
  RecordingRow,
  type Row,
} from './arrival-replies.ts'
import { askTwilio, pagesOf, rowsOf } from './ask-twilio.ts'
import type { TwilioClient } from './client.ts'

/** Asked for every minute; of what is listed, mostly one page is enough. */
const PAGE_SIZE = 200

/** Arrivals on the Twilio SDK; operations in errors are named as the SDK names them. */
export function createTwilioArrivals(client: TwilioClient): Arrivals {
  return {
    listInboundTexts: () =>
      listPages(
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

    listVoicemails: () =>
      listPages(
        pagesOf('recordings.list', RecordingRow, {
          first: () => client.recordings.page({ pageSize: PAGE_SIZE }),
          next: (url) => client.recordings.getPage(url),
        }),
      ),
  }
}

async function* listPages<Item>(pages: AsyncIterable<Row<Item>[]>): AsyncGenerator<ListPage<Item>> {
  for await (const rows of pages) {
    const times = rows.flatMap(({ at }) => at ?? [])
    yield {
      items: rows.flatMap(({ item }) => item ?? []),
      // Of a page on which no time can be read, nobody knows how far it goes.
      reachesBackTo: times.at(-1) ?? (rows.length > 0 ? new Date() : null),
    }
  }
}
