import { z } from 'zod'
import { toTwilioError } from './errors.ts'
import { readReply } from './replies.ts'

/** The most rows that Twilio puts on one page. */
export const PAGE_SIZE = 1_000

/** A page of the SDK's. */
interface Page {
  instances: unknown[]
  nextPageUrl?: string | undefined
}

/**
 * One request by the SDK, its reply read by `schema`. `operation` is its name in errors.
 * @throws CarrierError
 */
export async function askTwilio<T>(
  operation: string,
  schema: z.ZodType<T>,
  request: () => Promise<unknown>,
): Promise<T> {
  try {
    return readReply(operation, schema, await request())
  } catch (thrown) {
    throw toTwilioError(operation, thrown)
  }
}

/**
 * A list, page by page, each of its rows read by `item`. `operation` is its name in errors.
 * @throws CarrierError
 */
export async function* pagesOf<T>(
  operation: string,
  item: z.ZodType<T>,
  from: { first: () => Promise<Page>; next: (url: string) => Promise<Page> },
): AsyncGenerator<T[]> {
  try {
    let page = await from.first()
    for (;;) {
      yield readReply(operation, z.array(item), page.instances)
      if (!page.nextPageUrl) return
      page = await from.next(page.nextPageUrl)
    }
  } catch (thrown) {
    throw toTwilioError(operation, thrown)
  }
}
