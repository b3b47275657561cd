import { phoneOf } from '../../core/words.js'

/** How long a number rings, in seconds, unless something else is set. */
export const USUAL_RING_S = 25

/** Steps of a routing in a line. @param {any[] | null} steps */
export function stepsWords(steps) {
  if (!steps) return 'The agent'
  return steps
    .map(({ to, number, ring_seconds: seconds }) =>
      to === 'agent'
        ? 'the agent'
        : to === 'voicemail'
          ? 'voicemail'
          : `${phoneOf(number)} (${seconds ?? USUAL_RING_S} s)`,
    )
    .join(', then ')
}
