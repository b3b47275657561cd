import { setTimeout as sleep } from 'node:timers/promises'
import { backoffMs } from '../platform/backoff.ts'

/**
 * SQLSTATEs of a transaction that was rolled back only for what ran beside it, and asks for nothing
 * but a repeat: serialization_failure, deadlock_detected.
 * Source: PostgreSQL documentation, "Serialization Failure Handling".
 */
const collisions = ['40001', '40P01']

/** How often a call is repeated at most, and after how many milliseconds. */
const MAX_REPEATS = 3
const FIRST_PAUSE_MS = 20
const LONGEST_PAUSE_MS = 200

/**
 * What `call` answers; where others' transactions stood in its way it is repeated, unless `signal`
 * has aborted or its time `isOver`. The call must be one transaction: what collided has left nothing behind.
 */
export async function repeatCollided<R extends { error: unknown }>(
  call: () => PromiseLike<R>,
  { signal, isOver }: { signal?: AbortSignal | undefined; isOver: () => boolean },
): Promise<R> {
  for (let repeats = 0; ; repeats += 1) {
    const result = await call()
    const { code = '' } = (result.error ?? {}) as { code?: string }
    const collided = collisions.includes(code)
    if (!collided || repeats === MAX_REPEATS) return result
    const pauseMs = backoffMs(repeats, FIRST_PAUSE_MS, LONGEST_PAUSE_MS)
    await sleep(pauseMs, undefined, signal ? { signal } : {}).catch(() => {})
    if (signal?.aborted || isOver()) return result
  }
}
