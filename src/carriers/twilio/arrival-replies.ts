import { z } from 'zod'
import { toRecordingUrl } from '../../telephony/recording-url.ts'
import type { CallEnd, ListedCall, ListedText, ListedVoicemail } from '../ports/arrivals.ts'

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '')

const count = z.coerce.number().int().nonnegative().nullish().catch(null)

/** What is listed, and when it happened; null: that cannot be read. */
export interface Row<Item> {
  at: Date | null
  item: Item | null
}

const Known = z
  .object({
    sid: z.string().min(1),
    direction: z.string().optional().catch(undefined),
    to: text.catch(''),
    callSid: text.catch(''),
    dateCreated: z.date().nullable().catch(null),
  })
  .nullable()
  .catch(null)

/**
 * A row that is not as documented fails nothing but itself: it becomes an item that says so, as far as
 * anything of it can be read. One without a SID is nothing that anybody could look up.
 */
function flawed<Item>(
  { value, error }: { value: unknown; error: { issues: z.core.$ZodIssue[] } },
  toItem: (known: { sid: string; to: string; callSid: string; at: Date; flaw: string }) => Item,
): Row<Item> {
  const known = Known.parse(value)
  const at = known?.dateCreated ?? null
  const isOurs = known?.direction !== undefined && known.direction !== 'inbound'
  if (!known || isOurs) return { at, item: null }
  const flaw = `an answer we cannot read: ${z.prettifyError(error)}`
  return { at, item: toItem({ ...known, at: at ?? new Date(), flaw }) }
}

/** A text; the item is null for one of ours. */
export const MessageRow = z
  .object({
    sid: z.string().min(1),
    direction: z.string(),
    from: text,
    to: text,
    body: text,
    numMedia: count,
    numSegments: count,
    dateSent: z.date().nullish(),
    dateCreated: z.date(),
  })
  .transform((row): Row<ListedText> => {
    const at = row.dateSent ?? row.dateCreated
    if (row.direction !== 'inbound') return { at, item: null }
    const { sid, from, to, body } = row
    const item = { sid, from, to, body, at }
    return { at, item: { ...item, media: row.numMedia ?? 0, segments: row.numSegments ?? null } }
  })
  .catch((row) =>
    flawed(row, ({ sid, to, at, flaw }): ListedText => {
      return { sid, from: '', to, body: '', media: 0, segments: null, at, flaw }
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
    to: text,
    status: z.string(),
    duration: count,
    startTime: z.date().nullish(),
    dateCreated: z.date(),
  })
  .transform((row): Row<ListedCall> => {
    const at = row.startTime ?? row.dateCreated
    if (row.direction !== 'inbound' || row.parentCallSid !== '') return { at, item: null }
    const { sid, from, to, status } = row
    const isOver = final.has(status)
    return {
      at,
      item: { sid, from, to, status, isOver, durationSeconds: row.duration ?? null, at },
    }
  })
  .catch((row) =>
    flawed(row, ({ sid, to, at, flaw }): ListedCall => {
      return { sid, from: '', to, status: '', isOver: true, durationSeconds: null, at, flaw }
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
    callSid: text,
    source: z.string(),
    status: z.string(),
    mediaUrl: text,
    dateCreated: z.date(),
  })
  .transform((row): Row<ListedVoicemail> => {
    const at = row.dateCreated
    const isVoicemail = row.source === 'RecordVerb' && row.status === 'completed'
    if (!isVoicemail || row.mediaUrl === '') return { at, item: null }
    const { sid, callSid } = row
    return { at, item: { sid, callSid, url: toRecordingUrl(row.mediaUrl), at } }
  })
  .catch((row) =>
    flawed(row, ({ sid, callSid, at, flaw }) => ({ sid, callSid, url: '', at, flaw })),
  )

/** Where media can be fetched, as the webhook of a text tells it. */
export const MediaRow = z
  .object({ uri: z.string().min(1), contentType: z.string().nullish() })
  .transform(({ uri, contentType }) => ({
    url: `https://api.twilio.com${uri.replace(/\.json$/, '')}`,
    contentType: contentType ?? null,
  }))
