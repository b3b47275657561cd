import type { Finding } from '../graph.ts'
import type { Piece } from './read-sql.ts'
import { nodesOf, type Tree } from './tree.ts'

/**
 * UPDATE and DELETE of whole tables. Hosted Supabase refuses them in whatever its API calls, the
 * bodies of functions included (pg-safeupdate, preloaded for PostgREST's role).
 */
export function writesWithoutWhere(pieces: Piece[]): Finding[] {
  return ['UpdateStmt', 'DeleteStmt'].flatMap((kind) =>
    find(pieces, kind, (statement) => {
      if (statement.whereClause) return undefined
      const { relname, location } = Object(statement.relation) as Tree
      return { what: `${kind} of ${relname} has no WHERE`, location }
    }),
  )
}

/** SQL that is put together when it runs: no check here can read it. */
export function dynamicStatements(pieces: Piece[]): Finding[] {
  return [
    ...find(pieces, 'PLpgSQL_stmt_dynexecute', dynamic),
    ...find(pieces, 'PLpgSQL_stmt_dynfors', dynamic),
    ...find(pieces, 'PLpgSQL_stmt_return_query', (node) =>
      node.dynquery ? dynamic(node) : undefined,
    ),
    ...find(pieces, 'PLpgSQL_stmt_open', (node) => (node.dynquery ? dynamic(node) : undefined)),
  ]
}

const dynamic = ({ lineno }: Tree) => ({ what: 'EXECUTE of a text', location: lineno })

function find(
  pieces: Piece[],
  kind: string,
  judge: (node: Tree) => { what: string; location: unknown } | undefined,
): Finding[] {
  return pieces.flatMap(({ file, tree, lineOf }) =>
    [...nodesOf(kind, tree)].flatMap((node): Finding[] => {
      const found = judge(node)
      return found ? [`${file}:${lineOf(Number(found.location ?? 0))} ${found.what}`] : []
    }),
  )
}
