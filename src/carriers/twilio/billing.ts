import type { Billing, CarrierCharge } from '../ports/billing.ts'
import { askTwilio, PAGE_SIZE, pagesOf } from './ask-twilio.ts'
import { CallItem, Countries, MessageItem } from './billing-replies.ts'
import type { TwilioClient } from './client.ts'

/** Billing on the Twilio SDK; operations in errors are named as the SDK names them. */
export function createTwilioBilling(client: TwilioClient): Billing {
  return {
    listMessageCharges: (from, onUnreadable) =>
      withoutNull(
        pagesOf(
          'messages.list',
          MessageItem,
          {
            first: () => client.messages.page({ dateSentAfter: from, pageSize: PAGE_SIZE }),
            next: (url) => client.messages.getPage(url),
          },
          { onUnreadable },
        ),
      ),

    listCallCharges: (from, onUnreadable) =>
      withoutNull(
        pagesOf(
          'calls.list',
          CallItem,
          {
            first: () => client.calls.page({ startTimeAfter: from, pageSize: PAGE_SIZE }),
            next: (url) => client.calls.getPage(url),
          },
          { onUnreadable },
        ),
      ),

    getNumberPrices: (country) =>
      askTwilio('pricing.phoneNumbers.countries.fetch', Countries, () =>
        client.pricing.v1.phoneNumbers.countries(country).fetch(),
      ),
  }
}

async function* withoutNull(
  pages: AsyncIterable<(CarrierCharge | null)[]>,
): AsyncGenerator<CarrierCharge[]> {
  for await (const page of pages) yield page.filter((charge) => charge !== null)
}
