import type twilio from 'twilio'
import { z } from 'zod'
import { parseJson } from '../../platform/parse-json.ts'
import { type WholeList, walkPages } from '../ports/pages.ts'
import type { OnUnreadable, Unreadable } from '../ports/unreadable.ts'
import { toTwilioError } from './errors.ts'
import { readReply } from './replies.ts'

/** The most rows that Twilio puts on one page. */
export const PAGE_SIZE = 1_000

/** A page of the SDK's. */
interface Page {
  instances: unknown[]
  nextPageUrl?: string | undefined
}

interface Pages {
  first: () => Promise<Page>
  next: (url: string) => Promise<Page>
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
export function pagesOf<T>(
  operation: string,
  item: z.ZodType<T>,
  from: Pages,
  { onUnreadable, expected = 0 }: Partial<WholeList> = {},
): AsyncGenerator<T[]> {
  return walkPages({ carrier: 'twilio', operation, expected }, async (url) => {
    try {
      const { instances, nextPageUrl } = await (url === undefined ? from.first() : from.next(url))
      const content = onUnreadable
        ? instances.flatMap((row) => readRow(operation, item, row, onUnreadable))
        : readReply(operation, z.array(item), instances)
      return { content, next: nextPageUrl }
    } catch (thrown) {
      throw toTwilioError(operation, thrown)
    }
  })
}

/**
 * The first `limit` rows of a list. The SDK's own `list` follows pages without rows for ever.
 * @throws CarrierError
 */
export async function rowsOf<T>(
  operation: string,
  item: z.ZodType<T>,
  limit: number,
  from: Pages,
  onUnreadable?: OnUnreadable,
): Promise<T[]> {
  const rows: T[] = []
  for await (const page of pagesOf(operation, item, from, onUnreadable && { onUnreadable })) {
    rows.push(...page)
    if (rows.length >= limit) break
  }
  return rows.slice(0, limit)
}

/**
 * A harmless question, which every token of the account may ask. One page, because the SDK's own `list` follows
 * pages without rows for ever.
 * @throws CarrierError
 */
export async function askCanary(client: ReturnType<typeof twilio>): Promise<void> {
  await askTwilio('incomingPhoneNumbers.list', z.object({ instances: z.array(z.unknown()) }), () =>
    client.incomingPhoneNumbers.page({ pageSize: 1 }),
  )
}

/** The same question as the SDK sends it. */
export const canaryOf = (accountSid: string) => ({
  method: 'get' as const,
  uri: `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers.json`,
  params: { PageSize: 1 },
  headers: { Accept: 'application/json' },
})

const Code = z.object({ code: z.number() })

/** A bare 401 says 20003 of wrong credentials, and of what they may not see; other codes are the account's. */
export function mayBeAlone({ statusCode, body }: { statusCode: number; body: unknown }): boolean {
  if (statusCode !== 401) return false
  const { data } = Code.safeParse(typeof body === 'string' ? parseJson(body) : body)
  return data === undefined || data.code === 20003
}

/** Never throws: where there is no answer, nothing is known to be taken. */
export const isTaken = (ask: () => Promise<{ statusCode: number }>): Promise<boolean> =>
  ask().then(
    ({ statusCode }) => statusCode === 200,
    () => false,
  )

function readRow<T>(
  operation: string,
  item: z.ZodType<T>,
  row: unknown,
  onUnreadable: OnUnreadable,
): T[] {
  try {
    return [readReply(operation, item, row)]
  } catch (thrown) {
    onUnreadable({ ...Known.parse(row), reason: toTwilioError(operation, thrown).message })
    return []
  }
}

const text = z.string().optional().catch(undefined)

const Known = z
  .object({ sid: text, phoneNumber: text })
  .catch({ sid: undefined, phoneNumber: undefined })
  .transform(({ sid, phoneNumber }): Omit<Unreadable, 'reason'> => ({ id: sid, phoneNumber }))
