import { percentile } from '../load/outcome.ts'
import type { Cell } from './soundness.ts'

/** The middle of several rounds, and how far they lie apart. */
export interface Spread {
  median: number
  least: number
  most: number
}

/** What a system does, and how the product compares with it, round by round. */
export interface Line {
  work: string
  system: string
  perSecond: Spread
  p50: Spread
  p99: Spread
  /** Milliseconds of its processor, each request. */
  cpuMs: Spread
  /** The product's requests a second, divided by this system's of the same round. */
  speedOfProduct: Spread
  /** The product's processor time for each request, divided by this system's of the same round. */
  cpuOfProduct: Spread
}

export function spread(values: number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (index: number) => sorted[index] ?? Number.NaN
  const middle = (sorted.length - 1) / 2
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    least: at(0),
    most: at(sorted.length - 1),
  }
}

const perSecond = (cell: Cell) => cell.right / cell.seconds
const cpuMs = (cell: Cell) => (cell.cpuSeconds * 1_000) / cell.right

/** One line for each work and system of the rounds. Each ratio is of two neighbours of one round. */
export function compare(rounds: Cell[][], product: string): Line[] {
  const [first = []] = rounds
  return first.map(({ work, system }) => {
    const of = (name: string) =>
      rounds.flatMap((cells) => cells.filter((c) => c.work === work && c.system === name))
    const [own, theirs] = [of(product), of(system)]
    const each = (measure: (cell: Cell) => number) => spread(theirs.map(measure))
    const ratio = (measure: (cell: Cell) => number) =>
      spread(own.map((cell, round) => measure(cell) / measure(theirs[round] as Cell)))
    return {
      work,
      system,
      perSecond: each(perSecond),
      p50: each(({ times }) => percentile(times, 0.5)),
      p99: each(({ times }) => percentile(times, 0.99)),
      cpuMs: each(cpuMs),
      speedOfProduct: ratio(perSecond),
      cpuOfProduct: ratio(cpuMs),
    }
  })
}
