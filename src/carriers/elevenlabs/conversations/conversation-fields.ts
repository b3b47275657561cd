import { z } from 'zod'

/** Longer than any id or phone number; what is longer is none, and would fit no index. */
const ID_LENGTH = 255

export const ConversationId = z.string().min(1).max(ID_LENGTH)

/** An id or a number; one that cannot be is taken for not told. */
export const shortText = z.string().max(ID_LENGTH).catch('')

export const amount = z.number().nonnegative().nullable().catch(null)

/** A moment as the vendor tells it. */
export const unixSeconds = z.number().nullable().catch(null)

/** How far ahead of ours the vendor's clock may be. */
const CLOCK_SKEW_MS = 300_000

/** The moment, never after `receivedAt`; undefined when none, or none that can be, was told. */
export function timeOf(seconds: number | null, receivedAt: Date): Date | undefined {
  const ms = (seconds ?? 0) * 1_000
  // What ends before this century, or lies ahead, is a wrong number.
  if (ms <= 946_684_800_000 || ms > receivedAt.getTime() + CLOCK_SKEW_MS) return undefined
  return new Date(Math.min(ms, receivedAt.getTime()))
}
