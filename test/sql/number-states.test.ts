import fc from 'fast-check'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { cloneDatabase } from '../support/database.ts'
import { histories, openings } from './number-states/acts.ts'
import { OPENINGS, open } from './number-states/openings.ts'
import { openWorld, type World } from './number-states/world.ts'

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
    world = await openWorld(database.url)
    drop = database.drop
  })
  afterAll(async () => {
    await world.close()
    await drop()
  })

  test.each(Object.keys(OPENINGS))('led to "%s", step by step: the invariants hold', (opening) =>
    open(world, opening),
  )

  test('whatever people, customers and workers do, alone or at once: the invariants hold', async () => {
    const holdsAlways = fc.asyncProperty(openings, histories, async (opening, steps) => {
      await open(world, opening)
      await fc.asyncModelRun(() => ({ model: {}, real: world }), steps)
    })

    await fc.assert(holdsAlways, {
      numRuns: Number(FC_RUNS ?? 60),
      ...(FC_SEED && { seed: Number(FC_SEED) }),
      // Short of the test's own time, so that what failed is told also while it is made smaller.
      interruptAfterTimeLimit: 1_700_000,
      markInterruptAsFailure: true,
    })
  }, 1_800_000)
})
