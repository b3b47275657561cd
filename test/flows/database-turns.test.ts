import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import type { Database } from '../../src/database/db.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { LOCK_WAITERS } from '../support/lock-waiters.ts'

/** Half of it is as long as any turn is waited for. */
const TIMEOUT_MS = 20_000

/** Three of one user's at once, of six of everybody's. Behind a gateway nobody learns how long a statement goes on. */
const POOL_SIZE = 10

describe('turns at the database', () => {
  let url: string
  let db: Database
  let drop: () => Promise<void>
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: TIMEOUT_MS, poolSize: POOL_SIZE }))
  })
  afterAll(() => drop())

  /** A table that every question of a user waits for. */
  async function lockMembers(): Promise<void> {
    const holder = new Client({ connectionString: url })
    await holder.connect()
    onTestFinished(() => holder.end())
    await holder.query('begin; lock table orgline.organization_members in access exclusive mode')
  }

  test('of callers who gave up, last until their statements have ended', async () => {
    await lockMembers()
    const actor = { kind: 'user', id: randomUUID() } as const
    const ask = (signal?: AbortSignal) =>
      db
        .rpc('get_me', { actor, email: null }, z.unknown(), signal ? { signal } : {})
        .catch((thrown: { code: string }) => thrown.code)
    const patience = new AbortController()
    const first = [ask(patience.signal), ask(patience.signal), ask(patience.signal)]
    await expect.poll(() => sql(url, LOCK_WAITERS)).toHaveLength(3)
    patience.abort()
    await Promise.all(first)

    expect(await ask()).toBe('too_many_at_once')
    expect(await sql(url, LOCK_WAITERS)).toHaveLength(3)
  })
})
