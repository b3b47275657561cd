/** A node of a parsed statement, as PostgreSQL's own parser tells it: `{UpdateStmt: {…}}`. */
export type Tree = Record<string, unknown>

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Every node of one kind within a tree, however deep. */
export function* nodesOf(kind: string, tree: unknown): Generator<Tree> {
  if (Array.isArray(tree)) for (const each of tree) yield* nodesOf(kind, each)
  if (!isTree(tree)) return
  for (const [name, value] of Object.entries(tree)) {
    if (name === kind && isTree(value)) yield value
    yield* nodesOf(kind, value)
  }
}

/** The first of these words of PostgreSQL's grammar that a node of it holds: a name, or a text. */
export function textOf(node: unknown): string | undefined {
  for (const { sval } of nodesOf('String', node)) if (typeof sval === 'string') return sval
  return undefined
}

/** All such words of a node, in their order: the parts of a name. */
export function wordsOf(node: unknown): string[] {
  return [...nodesOf('String', node)].map(({ sval }) => String(sval))
}
