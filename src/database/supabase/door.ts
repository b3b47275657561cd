import { createClient } from '@supabase/supabase-js'
import type { Door } from '../door.ts'
import { toPostgresJson } from '../json.ts'

/** Through PostgREST, by supabase-js. `fetch`: what stands in for the network. */
export function createSupabaseDoor(target: {
  url: string
  secretKey: string
  fetch?: typeof fetch
}): Door {
  const client = createClient(target.url, target.secretKey, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    global: target.fetch ? { fetch: target.fetch } : {},
  })
  return {
    call(name, args, { timeoutMs, signal }) {
      const timeout = AbortSignal.timeout(timeoutMs)
      return client
        .rpc(name, toPostgresJson(args))
        .abortSignal(signal ? AbortSignal.any([signal, timeout]) : timeout)
    },
    // Its connections are Node's.
    async close() {},
  }
}
