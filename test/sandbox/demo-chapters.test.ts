import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answersChapters } from '../../sandbox/demo/answers/chapters.ts'
import { createNarrator } from '../../sandbox/demo/narrator.ts'
import { signUpLive } from '../../sandbox/demo/stage.ts'
import { createAgent } from '../support/agents.ts'
import { loopsOf } from '../support/loops.ts'
import { startWorld, type World } from '../support/world.ts'

describe('the chapters of the demo on answers', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => world.stop())

  test('told from the last to the first, with nothing before them, claim what is so', async () => {
    const narrator = createNarrator(() => {})
    const stage = {
      api: world.origin,
      world: world.twins.origin,
      receiver: '',
      narrator,
      wait: loopsOf(world),
    }
    const dealer = await signUpLive(stage, 'Premium Auto Sales', '604')
    const other = await signUpLive(stage, 'Downtown Motors', '212')
    const third = await signUpLive(stage, 'Instant Motors', '305')
    const { body } = await createAgent(world, third.token, { area_code: '305' })
    const dealers = { dealer, other, workshop: { ...third, number: body.phone_number } }
    const before = narrator.claims()

    for (const { play } of answersChapters.toReversed()) await play(stage, dealers)

    expect(narrator.claims() - before).toBeGreaterThan(20)
  })
})
