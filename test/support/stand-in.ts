import { onTestFinished } from 'vitest'
import type { z } from 'zod'
import { createDatabase, type Database } from '../../src/database/db.ts'
import { createPostgrestFetch } from './postgrest-fetch.ts'

interface Options {
  timeoutMs?: number
  poolSize?: number
  onError?: (error: Error) => void
}

const defaults = { timeoutMs: 5_000, poolSize: 10, onError: () => {} }

/** The application's way into a database; closed with the test. */
export function openDatabase(url: string, options: Options = {}) {
  const db = createDatabase({ kind: 'postgres', url, ...defaults, ...options })
  onTestFinished(() => db.close())
  return db
}

/**
 * For functions that a test made itself, and for wrong names and arguments: the compiler checks
 * neither.
 */
export interface UntypedDatabase extends Omit<Database, 'rpc'> {
  rpc<T>(
    name: string,
    args: Record<string, unknown>,
    reply: z.ZodType<T>,
    options?: { signal?: AbortSignal },
  ): Promise<T>
}

export function untyped(db: Database): UntypedDatabase {
  return db as unknown as UntypedDatabase
}

export function openUntypedDatabase(url: string, options?: Options): UntypedDatabase {
  return untyped(openDatabase(url, options))
}

/** The stand-in for PostgREST itself, called as supabase-js calls it; closed with the test. */
export function openStandIn(url: string, options: Options = {}) {
  const standIn = createPostgrestFetch({ url, ...defaults, ...options })
  onTestFinished(() => standIn.close())
  return async (path: string, body: unknown = {}, init: RequestInit = {}) => {
    const response = await standIn.fetch(`http://postgres.invalid${path}`, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...init,
    })
    return { status: response.status, body: (await response.json()) as unknown }
  }
}
