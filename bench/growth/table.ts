import { markdown } from '../compare/table.ts'
import type { Growth } from './measure.ts'

/** A question a line: milliseconds at each size, and what the last took of the first. */
export function growthTable(growth: Growth[]): string {
  const [first, ...others] = growth
  const last = others.at(-1)
  const head = ['', ...growth.map(({ sizes }) => `${sizes.organizations}`), 'ratio']
  const lines = (first?.timed ?? []).map(({ name }) => {
    const ms = growth.map(({ timed }) => timed.find((each) => each.name === name)?.ms ?? null)
    return [name, ...ms.map(shown), last ? ratio(ms[0] ?? null, ms.at(-1) ?? null) : '']
  })
  return markdown(head, lines)
}

const shown = (ms: number | null) => (ms === null ? 'too long' : ms.toFixed(ms < 10 ? 2 : 0))

const ratio = (of: number | null, ms: number | null) =>
  of === null || ms === null ? '' : (ms / of).toFixed(2)
