import type { Layers } from './architecture.ts'

/** One place that needs another: where it says so, and what it needs. */
export interface Arrow {
  from: string
  line: number
  to: string
}

/** What is wrong, and where, for whoever has to mend it. */
export type Finding = `${string}:${number} ${string}`

/** The arrows that lead from one module to another that the table does not allow. */
export function forbidden(
  arrows: Arrow[],
  layers: Layers,
  moduleOf: (file: string) => string,
): Finding[] {
  return arrows.flatMap(({ from, line, to }): Finding[] => {
    const [module, other] = [moduleOf(from), moduleOf(to)]
    if (module === other || layers[module]?.includes(other)) return []
    const why = layers[module] ? `${module} may not use ${other}` : `${module} is in no table`
    return [`${from}:${line} ${to}: ${why}`]
  })
}

/** Every set of two or more places that need each other in a cycle, each in its own order. */
export function cycles(arrows: Pick<Arrow, 'from' | 'to'>[]): string[][] {
  const next = new Map<string, Set<string>>()
  for (const { from, to } of arrows) {
    if (from === to) continue
    next.set(from, (next.get(from) ?? new Set()).add(to))
  }
  const reachedFrom = new Map([...next.keys()].map((start) => [start, reach(start, next)]))
  const isTogether = (one: string, other: string) =>
    reachedFrom.get(one)?.has(other) === true && reachedFrom.get(other)?.has(one) === true
  const found = new Map<string, string[]>()
  for (const start of next.keys()) {
    const cycle = [...next.keys()].filter((other) => isTogether(start, other)).toSorted()
    if (cycle.length > 0) found.set(cycle.join(), cycle)
  }
  return [...found.values()]
}

function reach(start: string, next: Map<string, Set<string>>): Set<string> {
  const reached = new Set<string>()
  const open = [...(next.get(start) ?? [])]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (reached.has(at)) continue
    reached.add(at)
    open.push(...(next.get(at) ?? []))
  }
  return reached
}

/** The cycles of a table of layers itself. */
export function cyclesOf(layers: Layers): string[][] {
  return cycles(Object.entries(layers).flatMap(([from, all]) => all.map((to) => ({ from, to }))))
}

/** The cycles within each folder, at any depth: a folder in it is one place, a file directly in it another. */
export function cyclesOfFolders(arrows: Arrow[]): string[][] {
  return cycles(
    arrows.map(({ from, to }) => {
      const [one, other] = [from.split('/'), to.split('/')]
      const depth = 1 + one.findIndex((name, index) => name !== other[index])
      return { from: one.slice(0, depth).join('/'), to: other.slice(0, depth).join('/') }
    }),
  )
}
