import { z } from 'zod'
import { toError } from '../platform/errors.ts'
import type { Database } from './db.ts'

/** How soon a failed run is tried again, when its turn would come later. */
const AGAIN_MS = 60_000

const BROKEN_OFF = 'the run was broken off, because its server stopped'

const Taken = z.object({ token: z.guid().nullable(), state: z.record(z.string(), z.unknown()) })

/** Work under a lease. `state` is what the run before left; what is returned is kept for the next. */
export type LeasedWork<State> = (
  signal: AbortSignal,
  state: Partial<State>,
) => Promise<State | undefined>

export interface LeaseOptions {
  db: Database
  name: string
  /** How long after one run the next is due; null: this run does not count, and leaves that as it is. */
  everyMs: number | null
  /** A server that died is replaced after this long; one that lives renews thrice in the time. */
  leaseMs: number
}

/**
 * Does the work if it is due (or `now`) and no other server is at it; the lease is renewed as long
 * as it lasts. Answers whether it was begun. The signal aborts also when the lease was lost. Work during
 * which it aborts was broken off, however it ends: it is no success, and due again at once.
 * @throws whatever the work throws; it is due again within a minute, or, with `everyMs` null, when it was
 */
export async function underLease<State extends Record<string, unknown>>(
  { db, name, everyMs, leaseMs }: LeaseOptions,
  work: LeasedWork<State>,
  { signal, now = false }: { signal: AbortSignal; now?: boolean },
): Promise<boolean> {
  const taken = await db.rpc('take_lease', { name, leaseMs, now }, Taken)
  const { token } = taken
  if (token === null) return false
  const lost = new AbortController()
  const renewing = setInterval(() => {
    db.rpc('renew_lease', { name, token, leaseMs }, z.object({ renewed: z.boolean() })).then(
      ({ renewed }) => renewed || lost.abort(),
      // The lease outlives a few failed renewals; a later one finds out.
      () => {},
    )
  }, leaseMs / 3)
  const whileHeld = AbortSignal.any([signal, lost.signal])
  /** What does not count at all leaves its turn as it is, broken off or not. */
  const dueAtOnce = everyMs === null ? null : 0
  const returnLease = (
    againMs: number | null,
    { state = null, error = null }: { state?: State | null; error?: string | null },
  ) =>
    db.rpc(
      'return_lease',
      { name, token, againMs, state, error },
      z.object({ returned: z.boolean() }),
    )
  try {
    const state = (await work(whileHeld, taken.state as Partial<State>)) ?? null
    if (whileHeld.aborted) await returnLease(dueAtOnce, { state, error: BROKEN_OFF })
    else await returnLease(everyMs, { state })
    return true
  } catch (thrown) {
    const { message } = toError(thrown)
    const [againMs, error] = whileHeld.aborted
      ? [dueAtOnce, `${BROKEN_OFF}: ${message}`]
      : [everyMs && Math.min(everyMs, AGAIN_MS), message]
    await returnLease(againMs, { error }).catch(() => {})
    throw thrown
  } finally {
    clearInterval(renewing)
  }
}
