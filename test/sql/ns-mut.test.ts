import fc from 'fast-check'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { readFileSync } from 'node:fs'
import { cloneDatabase, sql } from '../support/database.ts'
import { histories } from './ns-mut/acts.ts'
import { openWorld, type World } from './ns-mut/world.ts'

/**
 * A failing run prints its seed, and the steps that failed as far as they could be shortened;
 * FC_SEED=<seed> repeats it. FC_RUNS=<number> makes it longer.
 */
const { FC_SEED, FC_RUNS } = process.env

describe('the states of numbers', () => {
  let world: World
  let drop: () => Promise<void>
  beforeAll(async () => {
    const database = await cloneDatabase()
    await sql(database.url, readFileSync('/tmp/p3/ns_mut.sql', 'utf8'))
    world = await openWorld(database.url)
    drop = database.drop
  })
  afterAll(async () => {
    await world.close()
    await drop()
  })

  test('whatever people, customers and workers do, alone or at once: the invariants hold', async () => {
    const holdsAlways = fc.asyncProperty(histories, async (steps) => {
      await world.begin()
      await fc.asyncModelRun(() => ({ model: {}, real: world }), steps)
    })

    await fc.assert(holdsAlways, {
      numRuns: Number(FC_RUNS ?? 60),
      ...(FC_SEED && { seed: Number(FC_SEED) }),
      interruptAfterTimeLimit: 60_000, endOnFailure: true,
    })
  }, 90_000)
})
