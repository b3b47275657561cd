import { z } from 'zod'
import { AppError } from '../platform/errors.ts'
import { toSqlArguments } from './argument-names.ts'
import { repeatCollided } from './collisions.ts'
import type { Door } from './door.ts'
import { fromDatabaseError } from './errors.ts'
import type { DatabaseFunctions } from './functions.ts'
import { createPostgresDoor } from './postgres/door.ts'
import type { PoolOptions } from './postgres/pool.ts'
import { createSupabaseDoor } from './supabase/door.ts'

export type FunctionName = keyof DatabaseFunctions

/** `Given` where it has no key that `Known` has not: the compiler finds none in a spread by itself. */
type Exactly<Known, Given> = Given & { [Key in Exclude<keyof Given, keyof Known>]: never }

/** The only way to the data: one call of an SQL function, which is one transaction. */
export interface Database {
  /**
   * Calls `public.<name>` and returns the parsed reply. Arguments are named as in TypeScript
   * (`phoneNumber` for `p_phone_number`); `{}` where there are none. Text that PostgreSQL cannot store
   * (NUL, lone surrogates) arrives there as U+FFFD. A call that only collided with others'
   * transactions is repeated a few times, within the same time.
   * @throws AppError the function's own refusal (OL…), or `database_unavailable`
   */
  rpc<Name extends FunctionName, Given extends DatabaseFunctions[Name], T>(
    name: Name,
    args: Exactly<DatabaseFunctions[Name], Given>,
    reply: z.ZodType<T>,
    options?: { signal?: AbortSignal },
  ): Promise<T>
  close(): Promise<void>
}

export type DatabaseTarget =
  | { kind: 'supabase'; url: string; secretKey: string; timeoutMs: number }
  | ({ kind: 'postgres' } & PoolOptions)

/** Opens nothing yet: the first call connects. */
export function createDatabase(target: DatabaseTarget): Database {
  const door: Door =
    target.kind === 'supabase' ? createSupabaseDoor(target) : createPostgresDoor(target)
  return {
    async rpc(name, args, reply, { signal } = {}) {
      const until = performance.now() + target.timeoutMs
      const leftMs = () => Math.max(0, Math.ceil(until - performance.now()))
      const sqlArguments = toSqlArguments(args)
      const result = await repeatCollided(
        () => door.call(name, sqlArguments, { timeoutMs: leftMs(), signal }),
        { signal, isOver: () => leftMs() === 0 },
      )
      // The body of a refusal may also be JSON's null.
      if (result.error || result.status >= 400) throw fromDatabaseError(result.error, result.status)
      const parsed = reply.safeParse(result.data)
      // An empty 200 or 404 from a proxy looks like success to the client library.
      if (!parsed.success) {
        throw new AppError(
          'database_unavailable',
          `The database answered ${name} with something else than its result`,
          {
            cause: parsed.error,
          },
        )
      }
      return parsed.data
    },
    close: () => door.close(),
  }
}

/** Which part of a list: at most `limit` rows, after the row whose id is `cursor`. */
export interface PageRequest {
  limit: number
  cursor: string | null
}

/** What the list functions answer. */
export function pageSchema<T extends z.ZodType>(row: T) {
  return z.object({ rows: z.array(row), next_cursor: z.guid().nullable() })
}

/** What is read to be changed, or was: with its version (versions.sql). */
export function versioned<Shape extends z.ZodRawShape>(row: z.ZodObject<Shape>) {
  return row.extend({ version: z.string() })
}
