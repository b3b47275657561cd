import { z } from 'zod'
import { type Actor, askerOf, OPERATORS } from '../platform/actor.ts'
import { AppError } from '../platform/errors.ts'
import { toSqlArguments } from './argument-names.ts'
import { repeatCollided } from './collisions.ts'
import type { Door } from './door.ts'
import { fromDatabaseError } from './errors.ts'
import { createFairTurns, type EndTurn } from './fair-turns.ts'
import type { DatabaseFunctions } from './functions.ts'
import { createPostgresDoor } from './postgres/door.ts'
import type { PoolOptions } from './postgres/pool.ts'
import { createSupabaseDoor } from './supabase/door.ts'

export type FunctionName = keyof DatabaseFunctions

/** `Given` where it has no key that `Known` has not: the compiler finds none in a spread by itself. */
type Exactly<Known, Given> = Given & { [Key in Exclude<keyof Given, keyof Known>]: never }

interface RpcOptions {
  signal?: AbortSignal
  /** Whose turn it takes where no actor says so; null: nobody's, whoever acts. */
  asker?: string | null | undefined
}

/** Of what goes on with work that has begun: it takes no turn, because a refusal would leave that unrecorded. */
export const withoutTurn = { asker: null } as const satisfies RpcOptions

/** The only way to the data: one call of an SQL function, which is one transaction. */
export interface Database {
  /**
   * Calls `public.<name>` and returns the parsed reply. Arguments are named as in TypeScript
   * (`phoneNumber` for `p_phone_number`); `{}` where there are none. Text that PostgreSQL cannot store
   * (NUL, lone surrogates) arrives there as U+FFFD. A call that only collided with others'
   * transactions is repeated a few times, within the same time. One by a person or key waits for its turn;
   * one by an operator for longer than its own time, which begins with the turn.
   * @throws AppError the function's own refusal (OL…), `database_unavailable`, or `too_many_at_once`
   */
  rpc<Name extends FunctionName, Given extends DatabaseFunctions[Name], T>(
    name: Name,
    args: Exactly<DatabaseFunctions[Name], Given>,
    reply: z.ZodType<T>,
    options?: RpcOptions,
  ): Promise<T>
  close(): Promise<void>
}

export type DatabaseTarget =
  | { kind: 'supabase'; url: string; secretKey: string; timeoutMs: number; poolSize: number }
  | ({ kind: 'postgres' } & PoolOptions)

/** The part of the connections that people and keys may take: the rest is for whoever rings or writes. */
const PEOPLES_SHARE = 0.6

/** How long a request of an operator waits: those of a script that sends many at once have their turns one after the other. */
const OPERATORS_WAIT_MS = 30_000

/** Opens nothing yet: the first call connects. */
export function createDatabase(target: DatabaseTarget): Database {
  const door: Door =
    target.kind === 'supabase' ? createSupabaseDoor(target) : createPostgresDoor(target)
  const turns = createFairTurns(Math.max(1, Math.floor(target.poolSize * PEOPLES_SHARE)))
  return {
    async rpc(name, args, reply, { signal, asker = askerIn(args) } = {}) {
      let until = performance.now() + target.timeoutMs
      const leftMs = () => Math.max(0, Math.ceil(until - performance.now()))
      const sqlArguments = toSqlArguments(args)
      // A turn that came later would leave too little time for its work.
      const waitMs = asker === OPERATORS ? OPERATORS_WAIT_MS : target.timeoutMs / 2
      const turn = asker ? heldByAll(await turns.take(asker, waitMs, signal)) : undefined
      if (asker === OPERATORS) until = performance.now() + target.timeoutMs
      const tryOnce = () =>
        door.call(name, sqlArguments, { timeoutMs: leftMs(), signal, whenOver: turn?.hold() })
      const result = await repeatCollided(tryOnce, {
        signal,
        isOver: () => leftMs() === 0,
      }).finally(turn?.letGo)
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

/** A turn that is over when the call that took it is, and each of its tries: a statement may outlast both. */
function heldByAll(endTurn: EndTurn) {
  let holders = 1
  const letGo = () => {
    holders -= 1
    if (holders === 0) endTurn()
  }
  const hold = () => {
    holders += 1
    return letGo
  }
  return { hold, letGo }
}

function askerIn(args: object): string | undefined {
  const { actor } = args as { actor?: Actor | null }
  return actor ? askerOf(actor) : undefined
}

/** Which part of a list: at most `limit` rows, behind the place that `cursor` says. */
export interface PageRequest {
  limit: number
  cursor: string | null
}

/** What the list functions answer. */
export function pageSchema<T extends z.ZodType>(row: T) {
  return z.object({ rows: z.array(row), next_cursor: z.string().nullable() })
}

/** What is read to be changed, or was: with its version (versions.sql). */
export function versioned<Shape extends z.ZodRawShape>(row: z.ZodObject<Shape>) {
  return row.extend({ version: z.string() })
}
