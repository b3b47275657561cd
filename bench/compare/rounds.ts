import { closedLoop } from '../load/closed-loop.ts'
import type { Work } from '../load/outcome.ts'
import type { Cell } from './soundness.ts'
import type { System } from './systems.ts'

/** A system with the work it is given, in its own database. */
export interface Contender extends System {
  work: Work
  countRows: () => Promise<number>
  /** Where its wire to the database counts round trips: how many so far, and how many a request takes. */
  wire?: { turns: () => number; meant: number }
  /** Waits until it is done with what its requests began, which is not to be measured with the next one's. */
  rest?: () => Promise<void>
}

/** No question is asked twice in a run: a repeat would be known, and cost less. */
let asked = 0
const next = () => asked++

export interface Rate {
  rounds: number
  ms: number
  /** How long a system runs before it is measured: what is compiled and connected, is by then. */
  warmUpMs: number
  concurrency: number
}

/**
 * Measures all contenders once in each round, one after the other, in an order that turns from round to
 * round: what the machine does beside it meets all of them.
 */
export async function measureRounds(contenders: Contender[], rate: Rate): Promise<Cell[][]> {
  const run = (contender: Contender, ms: number) =>
    closedLoop({ ...contender, next }, rate.concurrency, ms)

  for (const contender of contenders) {
    await run(contender, rate.warmUpMs)
    await contender.rest?.()
  }
  const rounds: Cell[][] = []
  for (let round = 0; round < rate.rounds; round += 1) {
    const cells: Cell[] = []
    for (let turn = 0; turn < contenders.length; turn += 1) {
      const contender = contenders[(turn + round) % contenders.length] as Contender
      const { wire } = contender
      const [rows, cpu] = [await contender.countRows(), contender.cpuSeconds()]
      const turns = wire?.turns() ?? 0
      const outcome = await run(contender, rate.ms)
      cells.push({
        ...outcome,
        system: contender.name,
        work: contender.work.name,
        cpuSeconds: contender.cpuSeconds() - cpu,
        rows: (await contender.countRows()) - rows,
        isEmpty: contender.isEmpty,
        ...(wire && {
          trips: { counted: (wire.turns() - turns) / outcome.sent, meant: wire.meant },
        }),
      })
      await contender.rest?.()
    }
    rounds.push(inOrder(cells, contenders))
  }
  return rounds
}

const inOrder = (cells: Cell[], contenders: Contender[]) =>
  contenders.flatMap(({ name, work }) =>
    cells.filter((cell) => cell.system === name && cell.work === work.name),
  )
