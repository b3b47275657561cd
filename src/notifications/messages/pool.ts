import { z } from 'zod'
import { cause } from './message.ts'
import { counted, ended, sentences } from './words.ts'

/** Most numbers of one request. */
const MOST_AT_ONCE = 100

export const poolLow = {
  '': cause(
    z.object({
      ready: z.int(),
      coming: z.int(),
      min: z.int(),
      target: z.int(),
      error: z.string().nullable(),
    }),
    ({ ready, coming, min, target, error }) => ({
      what: sentences(
        `The pool has ${counted(ready, 'number')} that can be assigned at once, fewer than ${min} (POOL_MIN). ${coming || 'No'} more are on their way.`,
        'A sign-up that finds the pool empty buys a number of its own, which takes longer.',
        error === null ? undefined : `The last purchase that failed: ${ended(error)}`,
        target > 0
          ? `The server fills the pool up to ${target} (POOL_TARGET). GET /api/admin/notifications shows what those numbers may wait for.`
          : undefined,
      ),
      ...(target === 0 && {
        steps: [
          `Buy numbers: POST /api/admin/phone-numbers/batch-purchase {"count": ${wanted(min, ready + coming)}}.`,
          'Or set POOL_TARGET in .env and restart the server, which then fills the pool.',
        ],
      }),
      end: 'This resolves by itself once there are enough.',
    }),
  ),
}

/** Enough that the pool is not low again at the next sign-up. */
function wanted(min: number, stock: number): number {
  return Math.min(Math.max(2 * min - stock, 1), MOST_AT_ONCE)
}
