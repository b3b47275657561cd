import { Pool } from 'pg'
import { postgrestFailure, postgrestProblem, postgrestReply } from './postgrest-replies.ts'
import { callStatement, createSignatureCache } from './postgrest-signatures.ts'

/**
 * A `fetch` for supabase-js that serves `POST /rest/v1/rpc/<function>` from PostgreSQL as role
 * service_role, with PostgREST's statuses and error bodies; every other path is a 404. An aborted
 * call is given up at once; a statement already running is ended by statement_timeout.
 */
export function createPostgrestFetch(options: {
  url: string
  timeoutMs: number
  poolSize: number
  onError: (error: Error) => void
}): { fetch: typeof fetch; close: () => Promise<void> } {
  const pool = new Pool({
    connectionString: options.url,
    max: options.poolSize,
    connectionTimeoutMillis: options.timeoutMs,
    idleTimeoutMillis: 30_000,
    options: `-c role=service_role -c statement_timeout=${options.timeoutMs}`,
    application_name: 'orgline',
  })
  // An idle connection whose server goes away raises here; the pool replaces it by itself.
  pool.on('error', options.onError)
  const signatures = createSignatureCache(pool)

  async function serve(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
    const { pathname } = new URL(input instanceof Request ? input.url : input)
    const name = /^\/rest\/v1\/rpc\/(\w+)$/.exec(pathname)?.[1]
    if (!name || init.method !== 'POST') {
      return postgrestProblem(
        404,
        'PGRST125',
        `Invalid path: only POST /rest/v1/rpc/<function> is served, not ${pathname}`,
      )
    }
    const body = typeof init.body === 'string' ? init.body : '{}'
    try {
      const signature = await signatures.find(name, Object.keys(JSON.parse(body)))
      if (!signature) {
        return postgrestProblem(
          404,
          'PGRST202',
          `Could not find the function public.${name} with these arguments`,
        )
      }
      if (init.signal?.aborted) throw init.signal.reason
      const { rows } = await pool.query<{ result: string | null }>(callStatement(signature), [body])
      return postgrestReply(rows[0]?.result ?? 'null')
    } catch (error) {
      return postgrestFailure(error)
    }
  }

  return {
    fetch: (input, init) => orAborted(serve(input, init), init?.signal),
    close: () => pool.end(),
  }
}

/** Rejects as soon as the signal aborts, as fetch does. The work behind it ends unobserved. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal | null | undefined): Promise<T> {
  if (!signal) return work
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error)
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
