import { DatabaseError, Pool } from 'pg'
import { toSqlArguments } from '../../../src/database/argument-names.ts'
import type { FunctionName } from '../../../src/database/db.ts'
import type { DatabaseFunctions } from '../../../src/database/functions.ts'
import type { Snapshot } from './snapshot.ts'
import { WATCH } from './watch.ts'

// biome-ignore lint/suspicious/noExplicitAny: what the SQL functions answer is read as it is needed.
export type Reply = Record<string, any>

/** A function's own answer that it will not: its SQLSTATE (OL…). */
export class Refusal extends Error {
  override name = 'Refusal'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** The database with its watch, on as many connections as there are calls at once. */
export async function openDatabase(url: string) {
  const pool = new Pool({ connectionString: url, max: 8 })
  // A connection may still be closing when its database is dropped; a failing call tells by itself.
  pool.on('connect', (client) => client.on('error', () => {}))
  pool.on('error', () => {})
  await pool.query(WATCH)
  return {
    sql: (text: string, values: unknown[] = []) => pool.query(text, values),

    /** One call of a public function. @throws Refusal; anything else is a failure of the test */
    async call<Name extends FunctionName>(
      name: Name,
      args: DatabaseFunctions[Name],
    ): Promise<Reply> {
      const named = toSqlArguments(args)
      const names = Object.keys(named)
      const list = names.map((arg, index) => `${arg} => $${index + 1}`).join(', ')
      try {
        const text = `select public.${name}(${list}) as reply`
        return (await pool.query<{ reply: Reply }>(text, Object.values(named))).rows[0]?.reply ?? {}
      } catch (error) {
        if (error instanceof DatabaseError && error.code?.startsWith('OL'))
          throw new Refusal(error.code, error.message)
        const message = error instanceof Error ? error.message : String(error)
        throw new Error(`${name}: ${message}`, { cause: error })
      }
    },

    /** All tables, after so much time. */
    async snapshotAfter(seconds: number): Promise<Snapshot> {
      const { rows } = await pool.query<{ snapshot: Snapshot }>(
        'select watch.look($1) as snapshot',
        [seconds],
      )
      if (!rows[0]) throw new Error('watch.look answered nothing')
      return rows[0].snapshot
    },

    close: () => pool.end(),
  }
}

/** The function's answer, or the SQLSTATE with which it refused. */
export async function attempt(
  call: Promise<Reply>,
): Promise<{ reply: Reply; refused: null } | { reply: null; refused: string }> {
  try {
    return { reply: await call, refused: null }
  } catch (error) {
    if (error instanceof Refusal) return { reply: null, refused: error.code }
    throw error
  }
}
