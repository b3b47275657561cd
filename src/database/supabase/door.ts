import type { SupabaseClient } from '@supabase/supabase-js'
import type { Door } from '../door.ts'
import { toPostgresJson } from '../json.ts'

interface SupabaseTarget {
  url: string
  secretKey: string
  /** What stands in for the network. */
  fetch?: typeof fetch
}

/** Through PostgREST, by supabase-js. */
export function createSupabaseDoor(target: SupabaseTarget): Door {
  let made: Promise<SupabaseClient> | undefined
  return {
    async call(name, args, { timeoutMs, signal, whenOver }) {
      const timeout = AbortSignal.timeout(timeoutMs)
      try {
        made ??= connect(target)
        const client = await made
        return await client
          .rpc(name, toPostgresJson(args))
          .abortSignal(signal ? AbortSignal.any([signal, timeout]) : timeout)
      } finally {
        // What goes on behind the gateway when nobody waits any more, nobody here learns.
        whenOver?.()
      }
    },
    // Its connections are Node's.
    async close() {},
  }
}

/** Its library is loaded with the first call, and not where PostgreSQL is called directly. */
async function connect({ url, secretKey, fetch }: SupabaseTarget): Promise<SupabaseClient> {
  const { createClient } = await import('@supabase/supabase-js')
  return createClient(url, secretKey, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    global: fetch ? { fetch } : {},
  })
}
