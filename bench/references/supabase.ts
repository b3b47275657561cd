import { createClient } from '@supabase/supabase-js'
import { createPostgrestFetch } from '../../test/support/postgrest-fetch.ts'
import type { Door } from './functions.ts'

/** The function through supabase-js and the product's stand-in for PostgREST. */
export function callBySupabase(url: string, poolSize: number): Door {
  const { fetch, close } = createPostgrestFetch({
    url,
    poolSize,
    timeoutMs: 5_000,
    onError: () => {},
  })
  const client = createClient('http://postgres.invalid', 'unused', { global: { fetch } })
  const call: Door['call'] = async (name, args) => {
    // PostgREST takes the JSON itself, where PostgreSQL takes its text.
    const media = typeof args.p_media === 'string' && { p_media: JSON.parse(args.p_media) }
    const { data, error } = await client.rpc(name, { ...args, ...media })
    if (error) throw new Error(error.message)
    return data
  }
  return { call, close }
}
