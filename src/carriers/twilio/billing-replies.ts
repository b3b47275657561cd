import { z } from 'zod'
import type { CarrierCharge, NumberPrices } from '../ports/billing.ts'
import { date } from './replies.ts'

/**
 * Dollars as Twilio writes a charge (`-0.00830`), as micro-dollars; null for another currency, and for
 * more than there is. Source:
 * Twilio, "Message resource" and "Call resource", price and price_unit.
 */
function toMicros(price: string | null, unit: string | null): number | null {
  const dollars = Number.parseFloat(price ?? '')
  if (Number.isNaN(dollars) || unit?.toUpperCase() !== 'USD') return null
  // Adding 0 makes a plain zero of a negative one.
  const micros = Math.round(dollars * -1_000_000) + 0
  return Number.isSafeInteger(micros) ? micros : null
}

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? null)

const price = {
  price: z.coerce
    .string()
    .nullish()
    .transform((value) => value ?? null),
  priceUnit: text,
}

/** Never sent, so never charged for. */
const unsent = new Set(['failed', 'canceled'])

/** As much as can be stored, and far more than a text or a call has. */
const MOST_UNITS = 1_000_000

/** A text as a charge; null for one without a date, which was not sent yet. */
export const MessageItem = z
  .object({
    sid: z.string().min(1),
    direction: z.string(),
    from: text,
    to: text,
    status: z.string(),
    numSegments: z.coerce.number().int().nonnegative().max(MOST_UNITS).catch(1),
    dateSent: date.nullish().catch(null),
    ...price,
  })
  .transform((row): CarrierCharge | null => {
    if (!row.dateSent) return null
    const isSent = !unsent.has(row.status)
    return {
      sid: row.sid,
      kind: 'message',
      direction: row.direction === 'inbound' ? 'inbound' : 'outbound',
      from: row.from ?? '',
      to: row.to ?? '',
      happenedAt: row.dateSent,
      isCounted: isSent,
      units: isSent ? row.numSegments : 0,
      price: toMicros(row.price, row.priceUnit) ?? (isSent ? null : 0),
      parentSid: null,
    }
  })

/** Calls that did not come about; they never have a price. */
const unanswered = new Set(['busy', 'no-answer', 'failed', 'canceled'])

/** A leg of a call as a charge; null for one without a beginning. */
export const CallItem = z
  .object({
    sid: z.string().min(1),
    parentCallSid: text,
    direction: z.string(),
    from: text,
    to: text,
    status: z.string(),
    duration: z.coerce.number().nonnegative().max(MOST_UNITS).catch(0),
    startTime: date.nullish().catch(null),
    ...price,
  })
  .transform((row): CarrierCharge | null => {
    if (!row.startTime) return null
    const tookPlace = !unanswered.has(row.status)
    return {
      sid: row.sid,
      kind: 'call',
      direction: row.direction === 'inbound' ? 'inbound' : 'outbound',
      from: row.from ?? '',
      to: row.to ?? '',
      happenedAt: row.startTime,
      isCounted: tookPlace && row.parentCallSid === null,
      units: tookPlace ? Math.max(1, Math.ceil(row.duration / 60)) : 0,
      price: toMicros(row.price, row.priceUnit) ?? (tookPlace ? null : 0),
      parentSid: row.parentCallSid,
    }
  })

/** How Twilio names the kinds of numbers that we have. */
const KINDS = { local: 'local', tollFree: 'toll free' }

const NumberPrice = z.object({
  numberType: z.enum(Object.values(KINDS)),
  currentPrice: z.coerce.string(),
})

/** Of other kinds of numbers nothing has to be readable; null: of one of those. */
const PriceOfAnyKind = z.unknown().transform((row, context) => {
  const kind = z.object({ numberType: NumberPrice.shape.numberType }).safeParse(row)
  if (!kind.success) return null
  const { data, error } = NumberPrice.safeParse(row)
  if (error) context.addIssue({ code: 'custom', message: z.prettifyError(error) })
  return data ?? z.NEVER
})

/** What numbers of a country cost. */
export const Countries = z
  .object({ phoneNumberPrices: z.array(PriceOfAnyKind), priceUnit: text })
  .transform(({ phoneNumberPrices, priceUnit }): NumberPrices => {
    const priceOf = (kind: string) => {
      const found = phoneNumberPrices.find((each) => each?.numberType === kind)
      const charge = toMicros(found?.currentPrice ?? null, priceUnit)
      return charge === null ? null : Math.abs(charge)
    }
    return { local: priceOf(KINDS.local), tollFree: priceOf(KINDS.tollFree) }
  })
