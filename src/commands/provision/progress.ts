import type { Outcome } from './outcome.ts'
import { tally } from './summary.ts'

/** Where to show something: a terminal, or a file. */
export interface Output {
  write(text: string): unknown
  isTTY?: boolean
  columns?: number
}

const BAR = 24

/** Shows how far it is: one line that is kept up to date on a terminal, else a line for each change. */
export function createProgress(output: Output, total: number) {
  let last = ''
  return {
    show(outcomes: Iterable<Outcome>): void {
      const text = describe([...outcomes], total)
      if (text === last) return
      last = text
      if (!output.isTTY) return void output.write(`${text}\n`)
      output.write(`\r\x1b[2K${text.slice(0, (output.columns ?? 80) - 1)}`)
    },
    /** Leaves the terminal's line to what follows. */
    end(): void {
      if (output.isTTY && last) output.write('\n')
    },
  }
}

function describe(outcomes: Outcome[], total: number): string {
  const { coming, failed } = tally(outcomes)
  const done = outcomes.length - coming
  const filled = Math.floor((done / total) * BAR)
  const bar = `[${'#'.repeat(filled)}${'-'.repeat(BAR - filled)}]`
  const reason = outcomes.find((one) => one.kind === 'coming' && one.reason)
  return [
    `${bar} ${done}/${total}`,
    ...(coming > 0 ? [`${coming} on order`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(reason?.kind === 'coming' ? [`waiting: ${reason.reason}`] : []),
  ].join(', ')
}
