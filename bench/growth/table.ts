import { markdown } from '../compare/table.ts'
import type { Growth } from './measure.ts'

/** A question a line: milliseconds at each size, and what the last took of the first, where `hasRatio`. */
export function growthTable(growth: Growth[], hasRatio: boolean): string {
  const head = ['', ...growth.map(({ sizes }) => `${sizes.organizations}`)]
  const lines = namesOf(growth).map((name) => {
    const ms = growth.map((each) => timedOf(each, name)?.ms ?? null)
    return [name, ...ms.map(shown), ...(hasRatio ? [ratio(ms)] : [])]
  })
  return markdown(hasRatio ? [...head, 'ratio'] : head, lines)
}

/** Why no ratio comes of it: what took longer than the application waits, or gave other rows at another size. */
export function unsoundGrowth(growth: Growth[]): string[] {
  return namesOf(growth).flatMap((name) => {
    const timed = growth.map((each) => timedOf(each, name))
    if (timed.some((each) => (each?.ms ?? null) === null)) return [`${name}: took too long`]
    const rows = new Set(timed.map((each) => each?.rows ?? null))
    return rows.size > 1 ? [`${name}: other work was done: ${[...rows].join(', ')} rows`] : []
  })
}

const namesOf = ([first]: Growth[]) => (first?.timed ?? []).map(({ name }) => name)

const timedOf = ({ timed }: Growth, name: string) => timed.find((each) => each.name === name)

const shown = (ms: number | null) => (ms === null ? 'too long' : ms.toFixed(ms < 10 ? 2 : 0))

const ratio = (ms: (number | null)[]) => (Number(ms.at(-1)) / Number(ms[0])).toFixed(2)
