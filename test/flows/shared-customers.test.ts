import fc from 'fast-check'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { AT_ONCE } from '../support/outage.ts'
import { aDealer } from '../support/shared-customers/dealers.ts'
import { stories } from '../support/shared-customers/steps.ts'
import { createStage } from '../support/shared-customers/story.ts'
import { startWorld, type World } from '../support/world.ts'

/**
 * A failing run prints its seed, and the steps that failed as far as they could be shortened;
 * FC_SEED=<seed> repeats it. FC_RUNS=<number> makes it longer.
 */
const { FC_SEED, FC_RUNS } = process.env

describe('two organizations that share their customers, over calls and texts that agents answer', () => {
  let world: World
  let play: ReturnType<typeof createStage>
  beforeAll(async () => {
    world = await startWorld({
      settings: { LOG_LEVEL: 'error', TEXT_REPLIES_PER_DAY: '100000' },
      timings: { ...AT_ONCE, callMaxPolls: 2 },
    })
    const dealers = [
      await aDealer(world, 'Premium Auto Sales'),
      await aDealer(world, 'Budget Motors'),
    ] as const
    // From now on nobody answers but the servers of the stories.
    world.context.background.stop()
    play = createStage(world, dealers)
  })
  afterAll(() => world.stop())

  test('whatever is told twice, late or in another order, and whenever servers die or people take over: each text is answered once at most, from the number that was texted, with nothing of the other', async () => {
    await fc.assert(fc.asyncProperty(stories, play), {
      numRuns: Number(FC_RUNS ?? 40),
      ...(FC_SEED && { seed: Number(FC_SEED) }),
      // Short of the test's own time, so that what failed is told also while it is made smaller.
      interruptAfterTimeLimit: 1_700_000,
      markInterruptAsFailure: true,
    })
  }, 1_800_000)
})
