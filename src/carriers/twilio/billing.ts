import { z } from 'zod'
import type { Billing, CarrierCharge } from '../ports.ts'
import { CallItem, Countries, MessageItem } from './billing-replies.ts'
import type { TwilioClient } from './client.ts'
import { toTwilioError } from './errors.ts'
import { readReply } from './replies.ts'

/** The most rows that Twilio puts on one page. */
const LIST_PAGE = 1_000

/** A page of the SDK's. */
interface Page {
  instances: unknown[]
  nextPageUrl?: string | undefined
}

/** Billing on the Twilio SDK; operations in errors are named as the SDK names them. */
export function createTwilioBilling(client: TwilioClient): Billing {
  return {
    listMessageCharges: (from) =>
      pages('messages.list', MessageItem, {
        first: () => client.messages.page({ dateSentAfter: from, pageSize: LIST_PAGE }),
        next: (url) => client.messages.getPage(url),
      }),

    listCallCharges: (from) =>
      pages('calls.list', CallItem, {
        first: () => client.calls.page({ startTimeAfter: from, pageSize: LIST_PAGE }),
        next: (url) => client.calls.getPage(url),
      }),

    async getNumberPrices(country) {
      const operation = 'pricing.phoneNumbers.countries.fetch'
      try {
        const found = await client.pricing.v1.phoneNumbers.countries(country).fetch()
        return readReply(operation, Countries, found)
      } catch (thrown) {
        throw toTwilioError(operation, thrown)
      }
    },
  }
}

async function* pages(
  operation: string,
  item: z.ZodType<CarrierCharge | null>,
  from: { first: () => Promise<Page>; next: (url: string) => Promise<Page> },
): AsyncGenerator<CarrierCharge[]> {
  try {
    let page = await from.first()
    for (;;) {
      const charges = readReply(operation, z.array(item), page.instances)
      yield charges.filter((charge) => charge !== null)
      if (!page.nextPageUrl) return
      page = await from.next(page.nextPageUrl)
    }
  } catch (thrown) {
    throw toTwilioError(operation, thrown)
  }
}
