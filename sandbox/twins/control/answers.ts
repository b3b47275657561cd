import { z } from 'zod'
import { reactionResults } from '../core/model.ts'
import { ringTime } from '../core/reactions.ts'
import type { World } from '../core/world.ts'
import { parseBody } from './problem.ts'

const Arrangement = z.strictObject({
  number: z.string().min(1),
  result: z.enum(reactionResults).default('answered'),
  says: z.array(z.string()).default([]),
  delayMs: z.int().min(0).nullable().default(ringTime),
})

/** Arranges how the customer of a number reacts to being called, from now on. */
export function arrangeAnswer(world: World, body: unknown): unknown {
  const arranged = parseBody(Arrangement, body)
  world.change((state) => {
    const others = state.answers.filter((each) => each.number !== arranged.number)
    state.answers = [...others, arranged]
  })
  return arranged
}

/** All that is arranged. */
export function listAnswers(world: World): unknown {
  return { answers: world.state.answers }
}

/** Has every customer answer again and say nothing. */
export function clearAnswers(world: World): unknown {
  world.change((state) => {
    state.answers = []
  })
  return { answers: [] }
}
