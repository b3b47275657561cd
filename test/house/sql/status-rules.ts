import type { Finding } from '../graph.ts'
import { functionsOf } from './calls.ts'
import type { Piece } from './read-sql.ts'
import { isTree, nodesOf, type Tree } from './tree.ts'

/** Where the lists of statuses have their names. */
const NAMED = 'shared/statuses.sql'

/**
 * Lists of statuses written out, or denied, although they have a name. Not those of an ON CONFLICT, which
 * are to be word for word those of the index.
 */
export function unnamedStatuses(pieces: Piece[]): Finding[] {
  const named = new Map<string, string>()
  for (const piece of pieces.filter(({ file }) => file === NAMED)) {
    const [list] = listsIn(piece.tree)
    const name = list && functionAbove(pieces, piece, list)
    if (name) named.set(list.statuses, name)
  }
  return pieces
    .filter(({ file }) => file !== NAMED)
    .flatMap(({ file, tree, lineOf }) =>
      listsIn(tree).flatMap(({ statuses, location }): Finding[] => {
        const name = named.get(statuses)
        return name ? [`${file}:${lineOf(location)} ${statuses} has a name: ${name}`] : []
      }),
    )
}

interface List {
  statuses: string
  location: number
}

/** Of `x in ('a', 'b')` and `x = any (array['a', 'b'])`, denied or not. */
function listsIn(tree: unknown): List[] {
  const indexed = new Set([...nodesOf('infer', tree)].flatMap((each) => expressionsIn(each)))
  return expressionsIn(tree)
    .filter((node) => !indexed.has(node))
    .map(({ rexpr, location }) => ({
      statuses: textsOf(rexpr).toSorted().join(', '),
      location: Number(location ?? 0),
    }))
    .filter(({ statuses }) => statuses.includes(', '))
}

const expressionsIn = (tree: unknown): Tree[] =>
  [...nodesOf('A_Expr', tree)].filter(({ kind }) => /^AEXPR_(IN|OP_ANY|OP_ALL)$/.test(String(kind)))

function textsOf(node: unknown): string[] {
  return [...nodesOf('A_Const', node)].flatMap(({ sval }) =>
    isTree(sval) && sval.sval !== undefined ? [String(sval.sval)] : [],
  )
}

/** The last function that begins above a list. */
function functionAbove(pieces: Piece[], { file, lineOf }: Piece, { location }: List) {
  const line = lineOf(location)
  return functionsOf(pieces).findLast((each) => each.file === file && each.line < line)?.name
}
