import type { Lie } from '../../support/replay.ts'

/** Claims of the story, with X for a dealer and N for numbers, and answers in which each is not so. */
export type Lies = [claim: string, circumstance: string, lie: Lie][]

export const state = /^\/control\/state$/
export const signUps = /^\/api\/auth\/organizations$/
export const calls = /^\/control\/calls$/

/** Changes what the nth call of the story answers. */
export const ofCall = (nth: number, change: Lie['change']): Lie => ({
  to: calls,
  change: (answer, at) => at === nth && change(answer, at),
})

/** Changes the variables of the nth call of the story. */
export const knows = (nth: number, change: (variables: Record<string, string>) => void): Lie =>
  ofCall(nth, ({ variables }) => change(variables))

/** Changes what the nth look at the outside world shows, once the streams were read: the chapters on answers begin there. */
export const inAnswers = (nth: number, change: Lie['change']): Lie => ({
  to: state,
  after: /^\/read$/,
  change: (answer, at) => at === nth && change(answer, at),
})
