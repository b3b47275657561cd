import { z } from 'zod'
import type { Carrier } from '../carriers/ports/carrier-error.ts'
import type { Database } from '../database/db.ts'

/** A carrier refuses our account: orders and numbers wait, the number itself is not at fault. */
export function pauseForNumber(
  db: Database,
  refused: { id: string; lease: string; carrier: Carrier; error: string; pauseMs: number },
) {
  return db.rpc('pause_carrier_for_number', refused, z.object({ until: z.string() }))
}
