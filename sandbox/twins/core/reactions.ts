import type { Reaction } from './model.ts'
import type { World } from './world.ts'

/** Long enough for whoever places a call to note its ids before it is over. */
export const ringTime = 200

/** How the customer of a number reacts; by default they answer and say nothing. */
export function reactionOf(world: World, number: string): Reaction {
  const arranged = world.state.answers.find((each) => each.number === number)
  return arranged ?? { number, result: 'answered', says: [], delayMs: ringTime }
}
