import { z } from 'zod'
import { toRecordingUrl } from '../../telephony/recording-url.ts'
import type { CallEnd, ListedCall, ListedText, ListedVoicemail } from '../ports/arrivals.ts'
import { whyUnreadable } from '../ports/unreadable.ts'

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '')

const count = z.coerce.number().int().nonnegative().nullish().catch(null)

/** Without these nobody can tell whose an arrival is. */
const address = z.string().min(1)

/** The year in which Twilio's API began. */
const FIRST = Date.UTC(2008)

/**
 * One of those that a row has is enough. Twilio tells whole seconds. The SDK takes a time that is missing for
 * this moment, and a number for milliseconds since 1970 (twilio-node, base/deserialize).
 */
const time = z
  .date()
  .refine((at) => at.getMilliseconds() === 0 && at.getTime() >= FIRST)
  .nullish()
  .catch(null)

const datedBy = (one: Date | null | undefined, other?: Date | null) => one ?? other ?? null

const undated = { path: ['dateCreated'], message: 'no time can be read' }

/** Of the recordings, what a caller left on tape. */
const VOICEMAIL = 'RecordVerb'

/** What is listed, and when it happened; null: that cannot be read. */
export interface Row<Item> {
  at: Date | null
  /** Null: of no interest. */
  item: Omit<Item, 'at'> | null
}

const known = text.catch('')

/** Empty: that cannot be read. */
const Known = z.object({
  sid: known,
  direction: known,
  parentCallSid: known,
  source: known,
  to: known,
  callSid: known,
  dateSent: time,
  startTime: time,
  dateCreated: time,
})

/**
 * A row that is not as documented fails nothing but itself: it becomes an item that says so, as far as
 * anything of it can be read, unless that says that no customer is in it.
 */
function flawed<Item>(
  { value, error }: { value: unknown; error: { issues: z.core.$ZodIssue[] } },
  toItem: (known: { sid: string; to: string; callSid: string; flaw: string }) => Omit<Item, 'at'>,
): Row<Item> {
  const { sid, to, callSid, ...row } = Known.parse(Object(value))
  const at = datedBy(row.dateSent ?? row.startTime, row.dateCreated)
  const isOfCustomer =
    ['', 'inbound'].includes(row.direction) &&
    row.parentCallSid === '' &&
    ['', VOICEMAIL].includes(row.source)
  if (!isOfCustomer) return { at, item: null }
  const flaw = whyUnreadable(error)
  return { at, item: toItem({ sid, to, callSid, flaw }) }
}

/** A text; the item is null for one of ours. */
export const MessageRow = z
  .object({
    sid: z.string().min(1),
    direction: z.string(),
    from: text,
    to: address,
    body: text,
    numMedia: count,
    numSegments: count,
    dateSent: time,
    dateCreated: time,
  })
  .refine((row) => datedBy(row.dateSent, row.dateCreated) !== null, undated)
  .transform((row): Row<ListedText> => {
    const at = datedBy(row.dateSent, row.dateCreated)
    if (row.direction !== 'inbound') return { at, item: null }
    const { sid, from, to, body } = row
    const item = { sid, from, to, body }
    return { at, item: { ...item, media: row.numMedia ?? 0, segments: row.numSegments ?? null } }
  })
  .catch((row) =>
    flawed<ListedText>(row, ({ sid, to, flaw }) => {
      return { sid, from: '', to, body: '', media: 0, segments: null, flaw }
    }),
  )

/** Calls go no further from these. Source: Twilio, "Call resource", call status values. */
const final = new Set(['completed', 'busy', 'failed', 'no-answer', 'canceled'])

/** A call; the item is null for one of ours, and for a leg of another. */
export const CallRow = z
  .object({
    sid: z.string().min(1),
    parentCallSid: text,
    direction: z.string(),
    from: text,
    to: address,
    status: z.string(),
    duration: count,
    startTime: time,
    dateCreated: time,
  })
  .refine((row) => datedBy(row.startTime, row.dateCreated) !== null, undated)
  .transform((row): Row<ListedCall> => {
    const at = datedBy(row.startTime, row.dateCreated)
    if (row.direction !== 'inbound' || row.parentCallSid !== '') return { at, item: null }
    const { sid, from, to, status } = row
    const isOver = final.has(status)
    return {
      at,
      item: { sid, from, to, status, isOver, durationSeconds: row.duration ?? null },
    }
  })
  .catch((row) =>
    flawed<ListedCall>(row, ({ sid, to, flaw }) => {
      return { sid, from: '', to, status: '', isOver: true, durationSeconds: null, flaw }
    }),
  )

/** A call that was asked for by its SID; undefined while it goes on. */
export const EndedCallRow = z
  .object({ status: z.string(), duration: count })
  .transform(({ status, duration }): CallEnd | undefined =>
    final.has(status) ? { status, durationSeconds: duration ?? null } : undefined,
  )

/** A recording; the item is null for one that no caller left, or that failed. */
export const RecordingRow = z
  .object({
    sid: z.string().min(1),
    callSid: address,
    source: z.string(),
    status: z.string(),
    mediaUrl: text,
    dateCreated: time,
  })
  .refine((row) => datedBy(row.dateCreated) !== null, undated)
  .transform((row): Row<ListedVoicemail> => {
    const at = datedBy(row.dateCreated)
    const isVoicemail = row.source === VOICEMAIL && row.status === 'completed'
    if (!isVoicemail || row.mediaUrl === '') return { at, item: null }
    const { sid, callSid } = row
    return { at, item: { sid, callSid, url: toRecordingUrl(row.mediaUrl) } }
  })
  .catch((row) =>
    flawed<ListedVoicemail>(row, ({ sid, callSid, flaw }) => ({ sid, callSid, url: '', flaw })),
  )

/** Where media can be fetched, as the webhook of a text tells it. */
export const MediaRow = z
  .object({ uri: z.string().min(1), contentType: z.string().nullish() })
  .transform(({ uri, contentType }) => ({
    url: `https://api.twilio.com${uri.replace(/\.json$/, '')}`,
    contentType: contentType ?? null,
  }))
