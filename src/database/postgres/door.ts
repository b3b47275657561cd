import type { Answer, Bounds, Door } from '../door.ts'
import { toPostgresJsonText } from '../json.ts'
import { failureOf, missingFunction } from './failures.ts'
import { createQueryPool, type PoolOptions } from './pool.ts'
import { createSignatureCache } from './signatures.ts'

const NO_ANSWER = { message: 'no answer came in time', code: '', details: '', hint: '' }

/**
 * Straight to PostgreSQL, as role service_role. Each connection parses each statement once. A call whose
 * time is up, or whose caller has gone, is given up at once; a statement already running is ended by
 * statement_timeout.
 */
export function createPostgresDoor(options: PoolOptions): Door {
  const { query, close } = createQueryPool(options)
  const { findStatement } = createSignatureCache(query)

  async function ask(
    name: string,
    args: Record<string, unknown>,
    caller: { aborted: boolean },
  ): Promise<Answer> {
    try {
      const statement = await findStatement(name, Object.keys(args))
      if (!statement) return { data: null, ...missingFunction(name) }
      const values = [toPostgresJsonText(args)]
      const [row] = await query<{ result: string | null }>(statement, values, caller)
      return { data: JSON.parse(row?.result ?? 'null'), error: null, status: 200 }
    } catch (error) {
      return { data: null, ...failureOf(error) }
    }
  }

  return {
    call: (name, args, bounds) => within(bounds, (caller) => ask(name, args, caller)),
    close,
  }
}

/**
 * What `ask` answers, or that nothing came in time. A timer and a listener cost a fraction of the signals
 * that would do the same: every webhook passes here.
 */
function within(
  { timeoutMs, signal, whenOver }: Bounds,
  ask: (caller: { aborted: boolean }) => Promise<Answer>,
): Promise<Answer> {
  return new Promise((resolve) => {
    const caller = { aborted: signal?.aborted === true }
    const end = (answer: Answer) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', giveUp)
      resolve(answer)
    }
    const giveUp = () => {
      caller.aborted = true
      end({ data: null, error: NO_ANSWER, status: 0 })
    }
    const timer = setTimeout(giveUp, timeoutMs)
    if (caller.aborted) {
      giveUp()
      return whenOver?.()
    }
    signal?.addEventListener('abort', giveUp, { once: true })
    void ask(caller).then((answer) => {
      end(answer)
      whenOver?.()
    })
  })
}
