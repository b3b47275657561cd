import type { Door } from '../../src/database/door.ts'
import type { PoolOptions } from '../../src/database/postgres/pool.ts'
import { createSupabaseDoor } from '../../src/database/supabase/door.ts'
import { createPostgrestFetch } from './postgrest-fetch.ts'

/**
 * In the place of the door to PostgreSQL (vitest.config.ts): the one to PostgREST, with a stand-in behind
 * it. So the same tests hold for both.
 */
export function createPostgresDoor(options: PoolOptions): Door {
  const { fetch, close } = createPostgrestFetch(options)
  const { call } = createSupabaseDoor({
    url: 'http://postgres.invalid',
    secretKey: 'unused',
    fetch,
  })
  return { call, close }
}
