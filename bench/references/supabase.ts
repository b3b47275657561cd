import { createClient } from '@supabase/supabase-js'
import { createPostgrestFetch } from '../../test/support/postgrest-fetch.ts'
import type { Call } from './functions.ts'

/** The function through supabase-js and the product's stand-in for PostgREST. */
export function callBySupabase(url: string, poolSize: number): Call {
  const { fetch } = createPostgrestFetch({ url, poolSize, timeoutMs: 5_000, onError: () => {} })
  const client = createClient('http://postgres.invalid', 'unused', { global: { fetch } })
  return async (name, args) => {
    const { data, error } = await client.rpc(name, args)
    if (error) throw new Error(error.message)
    return data
  }
}
