import { percentile } from '../load/outcome.ts'
import type { Loaded } from './load.ts'
import type { Scenario } from './scenarios.ts'

const HEAD = [
  'webhook',
  'circumstance',
  'calls',
  'p50 ms',
  'p99 ms',
  'max ms',
  'deadline',
  'as meant',
  'neutral',
  'nothing',
  'MB',
  '',
  'a whole call heard meanwhile',
]

export interface Measured extends Loaded {
  /** The most memory that the sandbox, which is server and twins, was resident in. */
  megabytes: number
  /** What a whole call heard meanwhile; empty: nothing. */
  callerHeard: string
  /** What was lost of what a true sender sent meanwhile. */
  lost?: string | undefined
}

/** One row of the table, as cells. */
export function row(scenario: Scenario, measured: Measured): string[] {
  const ms = (share: number) => percentile(measured.times, share).toFixed(1)
  const { meant, neutral, nothing } = measured.heard
  return [
    scenario.webhook.label,
    scenario.label,
    String(measured.times.length),
    ms(0.5),
    ms(0.99),
    ms(1),
    String(scenario.webhook.deadlineMs),
    ...[meant, neutral, nothing].map(String),
    measured.megabytes.toFixed(0),
    isGood(scenario, measured) ? '' : 'BAD',
    measured.callerHeard.slice(0, 60),
  ]
}

/** Everybody has heard something, 99 of 100 were answered in time, no flood fills the memory, and nothing true is lost. */
export function isGood({ webhook, maxMb }: Scenario, measured: Measured): boolean {
  const { heard, callerHeard, megabytes, lost } = measured
  if (lost !== undefined) return false
  if (maxMb !== undefined && megabytes > maxMb) return false
  const isHeard = heard.nothing === 0 && callerHeard !== ''
  return isHeard && percentile(measured.times, 0.99) <= webhook.deadlineMs
}

/** A table to read and to keep. */
export function table(rows: string[][]): string {
  const all = [HEAD, ...rows]
  const widths = HEAD.map((_, column) =>
    Math.max(...all.map((cells) => cells[column]?.length ?? 0)),
  )
  const line = (cells: string[]) =>
    `| ${cells.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`
  return [line(HEAD), rule, ...rows.map(line)].join('\n')
}
