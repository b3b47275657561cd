import { z } from 'zod'
import { type Database, withoutTurn } from '../../database/db.ts'
import type { Actor } from '../../platform/actor.ts'
import type { MarkedNumber } from '../quarantine-mark.ts'

export type LeaveAlone = (
  judged: { number: MarkedNumber; shown: string | null },
  /** Whoever asked for the repair that found it; the loops by themselves, else. */
  actor?: Actor,
) => Promise<void>

/**
 * Takes a number whose mark is in doubt out of all loops, and tells a person. Nothing happens where
 * the number is not as it was judged any more: it is judged anew.
 */
export function createLeaveAlone(db: Database): LeaveAlone {
  return async ({ number, shown }, actor = { kind: 'system' }) => {
    await db.rpc(
      'leave_number_alone',
      { actor, id: number.id, asOf: number.updated_at, shown },
      z.object({ left: z.boolean() }),
      withoutTurn,
    )
  }
}
