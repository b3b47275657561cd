import type { World } from './world.ts'

export const reactionResults = ['answered', 'busy', 'no-answer', 'failed'] as const

/** What happens when a customer is called. */
export interface Reaction {
  number: string
  result: (typeof reactionResults)[number]
  /** What the customer says to the agent, who replies to each. */
  says: string[]
  /** Milliseconds that the phone rings. */
  delayMs: number
}

/** Long enough for whoever places a call to note its ids before it is over. */
export const ringTime = 200

/** How the customer of a number reacts; by default they answer and say nothing. */
export function reactionOf(world: World, number: string): Reaction {
  const arranged = world.state.answers.find((each) => each.number === number)
  return arranged ?? { number, result: 'answered', says: [], delayMs: ringTime }
}
