import { z } from 'zod'

/**
 * A place in the order of all events: behind the one at `position` of the transaction `xid`. `life` says
 * in which database, and in which of its lives, the two are counted.
 */
export interface Place {
  life: string
  xid: string
  position: number
}

/** No more digits than PostgreSQL and JavaScript hold. */
const WRITTEN = /^(\d{1,20}-[0-9A-F]{8})\.(\d{1,19})\.(\d{1,15})$/

/** How a client is given a place, and gives it back. */
export function cursorOf({ life, xid, position }: Place): string {
  return Buffer.from(`${life}.${xid}.${position}`).toString('base64url')
}

/** The place of a cursor; undefined for what is none. */
export function placeOf(cursor: string): Place | undefined {
  const [, life, xid, position] =
    WRITTEN.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? []
  if (life === undefined || xid === undefined) return undefined
  return { life, xid, position: Number(position) }
}

/** Whether one place lies behind another of the same life. */
export function isBehind(one: Place, other: Place): boolean {
  if (one.xid === other.xid) return one.position > other.position
  return BigInt(one.xid) > BigInt(other.xid)
}

/** A cursor as a request has it. */
export const CursorInput = z
  .string()
  .min(1)
  .max(100)
  .transform((cursor, context) => {
    const place = placeOf(cursor)
    if (place) return place
    context.addIssue({ code: 'custom', message: 'must be the id of an event, as a stream had it' })
    return z.NEVER
  })
