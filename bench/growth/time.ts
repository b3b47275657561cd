import type { Client } from 'pg'
import type { Question } from './question.ts'

export interface Timed {
  name: string
  /** Milliseconds, the middle of several, on a connection that has planned it; null: it took too long. */
  ms: number | null
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
  for (const { name, call } of questions) timed.push({ name, ms: await median(client, call) })
  return timed
}

async function median(client: Client, call: string): Promise<number | null> {
  const times: number[] = []
  let slow = 0
  for (let round = -WARM_UP; round < ROUNDS && slow < 3; round++) {
    const ms = await once(client, call)
    if (ms === null) return null
    // What takes so long takes as long the next time, too.
    if (ms > 500) slow += 1
    if (round >= 0 || slow > 0) times.push(ms)
  }
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? null
}

async function once(client: Client, call: string): Promise<number | null> {
  await client.query('begin')
  try {
    const begun = performance.now()
    await client.query(`select ${call}`)
    return performance.now() - begun
  } catch (error) {
    if ((error as { code?: string }).code === '57014') return null
    throw error
  } finally {
    await client.query('rollback')
  }
}
