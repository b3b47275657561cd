import type { Client } from 'pg'
import type { Question } from './question.ts'

export interface Timed {
  name: string
  /** Milliseconds, the middle of several, on a connection that has planned it; null: it took too long. */
  ms: number | null
  /** Rows in its answer; null for what answers with none. */
  rows: number | null
}

/** As the application's own limit for a statement. */
const LIMIT_MS = 8_000

/** From so many on, PostgreSQL may keep a plan that knows no values. */
const WARM_UP = 6
const ROUNDS = 9

/** Times one call after the other; nothing of what they change stays. */
export async function time(client: Client, questions: Question[]): Promise<Timed[]> {
  await client.query(`set statement_timeout = ${LIMIT_MS}`)
  const timed: Timed[] = []
  for (const { name, call } of questions) timed.push({ name, ...(await median(client, call)) })
  return timed
}

async function median(client: Client, call: string): Promise<Omit<Timed, 'name'>> {
  const times: number[] = []
  let slow = 0
  let rows: number | null = null
  for (let round = -WARM_UP; round < ROUNDS && slow < 3; round++) {
    const once = await ask(client, call)
    if (once === null) return { ms: null, rows: null }
    rows = once.rows
    // What takes so long takes as long the next time, too.
    if (once.ms > 500) slow += 1
    if (round >= 0 || slow > 0) times.push(once.ms)
  }
  return { ms: times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? null, rows }
}

/** Null: it took too long. */
async function ask(client: Client, call: string) {
  await client.query('begin')
  try {
    const begun = performance.now()
    const { rows } = await client.query<{ answer: unknown }>(`select ${call} as answer`)
    return { ms: performance.now() - begun, rows: rowsIn(rows) }
  } catch (error) {
    if ((error as { code?: string }).code === '57014') return null
    throw error
  } finally {
    await client.query('rollback')
  }
}

/** A page has its rows under this name. */
function rowsIn([first]: { answer: unknown }[]): number | null {
  const { rows } = (first?.answer ?? {}) as { rows?: unknown }
  return Array.isArray(rows) ? rows.length : null
}
