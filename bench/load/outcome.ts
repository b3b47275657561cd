import type { Answer, Sent } from './connection.ts'

/** A request, and what its answer must have to be the right one. */
interface Question {
  sent: Sent
  /** Part of the body of the right answer. */
  right: string
}

/** What is asked for. The same number makes the same question. */
export interface Work {
  name: string
  /** What each answered question adds one row to. */
  table: 'calls' | 'messages'
  ask(number: number): Question
}

/** Who is asked what; `next` numbers the questions. */
export interface Load {
  origin: string
  /** Further servers of the same system, which are asked in turns with the first. */
  others?: string[]
  work: Work
  next: () => number
  /** A system that only answers 200, for comparison: nothing in its answer could be right. */
  isEmpty: boolean
}

export interface Outcome {
  sent: number
  right: number
  /** Answers of another status, and 200s that lack what they should have. */
  wrong: number
  /** No answer at all. */
  errors: number
  /** In an open loop: no answer for as long as the one who asks waits. */
  tooLate: number
  /** Of what was wrong first, for whoever mends it. */
  firstProblem: string
  /** Milliseconds of each right answer, in the order in which they came. */
  times: number[]
  seconds: number
  /** In an open loop: requests that the generator itself sent too late. */
  late: number
}

export function emptyOutcome(): Outcome {
  return {
    sent: 0,
    right: 0,
    wrong: 0,
    errors: 0,
    tooLate: 0,
    firstProblem: '',
    times: [],
    seconds: 0,
    late: 0,
  }
}

/** The one who asks has hung up. */
export class TooLate extends Error {}

/** Counts one answer. */
export function note(outcome: Outcome, answer: Answer | Error, right: string, ms: number): void {
  if (answer instanceof TooLate) {
    outcome.tooLate += 1
  } else if (answer instanceof Error) {
    outcome.errors += 1
    outcome.firstProblem ||= answer.message
  } else if (answer.status === 200 && answer.body.includes(right)) {
    outcome.right += 1
    outcome.times.push(ms)
  } else {
    outcome.wrong += 1
    outcome.firstProblem ||= `${answer.status} ${answer.body.slice(0, 200)}`
  }
}

/** The smallest time that so much of all took at most, e.g. 0.99; NaN of none. */
export function percentile(times: number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}
