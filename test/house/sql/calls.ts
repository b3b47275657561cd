import type { Arrow } from '../graph.ts'
import type { Piece } from './read-sql.ts'
import { nodesOf, type Tree, wordsOf } from './tree.ts'

const ours = ['public', 'private']

/** A function as a file defines it. */
export interface Defined {
  /** With its schema. */
  name: string
  file: string
  /** Of what it returns. */
  line: number
  tree: Tree
}

/** Every function that these pieces define. */
export function functionsOf(pieces: Piece[]): Defined[] {
  return pieces.flatMap(({ file, tree, lineOf }) =>
    [...nodesOf('CreateFunctionStmt', tree)].map((node) => ({
      name: wordsOf(node.funcname).join('.'),
      file,
      line: lineOf(Number((Object(node.returnType) as Tree).location ?? 0)),
      tree: node,
    })),
  )
}

/** Every call of a function of ours, as an arrow from file to file. */
export function callsOf(pieces: Piece[]): Arrow[] {
  const fileOf = new Map(functionsOf(pieces).map(({ name, file }) => [name, file]))
  return pieces.flatMap(({ file, tree, lineOf }) =>
    [...nodesOf('FuncCall', tree)].flatMap((node): Arrow[] => {
      const [schema = '', name] = wordsOf(node.funcname)
      if (name === undefined || !ours.includes(schema)) return []
      const to = fileOf.get(`${schema}.${name}`) ?? `nowhere: ${schema}.${name}`
      return [{ from: file, line: lineOf(Number(node.location ?? 0)), to }]
    }),
  )
}
