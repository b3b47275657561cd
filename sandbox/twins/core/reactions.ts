import { hold } from './hold.ts'
import type { Reaction } from './model.ts'
import type { World } from './world.ts'

/** Long enough for whoever places a call to note its ids before it is over. */
export const ringTime = 200

/** How the customer of a number reacts; by default they answer and say nothing. */
export function reactionOf(world: World, number: string): Reaction {
  const arranged = world.state.answers.find((each) => each.number === number)
  return arranged ?? { number, result: 'answered', says: [], delayMs: ringTime }
}

/** Lets a phone ring as long as it was arranged. */
export async function ring(world: World, { delayMs }: Reaction): Promise<void> {
  if (delayMs !== null) return await world.wait(delayMs)
  const ringing = { carrier: 'twilio', operation: 'calls.ring', kind: 'slow', times: 1 } as const
  await hold(world, ringing, world.signal)
}
