import type { Line, Spread } from './ratios.ts'

const HEAD = [
  'work',
  'system',
  'requests/s',
  'p50, ms',
  'p99, ms',
  'CPU, ms a request',
  'speed of Orgline ÷ its',
  'CPU of Orgline ÷ its',
]

/** Markdown, to read and to keep. */
export function table(lines: Line[]): string {
  const rows = lines.map((line) => [
    line.work,
    line.system,
    number(line.perSecond, 0),
    number(line.p50, 1),
    number(line.p99, 1),
    number(line.cpuMs, 2),
    ratio(line.speedOfProduct),
    ratio(line.cpuOfProduct),
  ])
  return markdown(HEAD, rows)
}

export function markdown(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}

const number = ({ median }: Spread, digits: number) => median.toFixed(digits)

/** The median of the rounds, and between what they lie. */
function ratio({ median, least, most }: Spread): string {
  return `${median.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`
}

const digits = (value: number) => value.toFixed(value < 10 ? 2 : 0)

/** A measure a line: of this checkout, of the one before it where there is one, and what the one is of the other. */
export function besides(head: string, rows: [name: string, values: number[]][]): string {
  const cells = rows.map(([name, [own = Number.NaN, before]]) => [
    name,
    digits(own),
    before === undefined ? '' : digits(before),
    before ? (own / before).toFixed(2) : '',
  ])
  return markdown([head, 'Orgline', 'before', 'ratio'], cells)
}
