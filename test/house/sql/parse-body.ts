import { parsePlPgSQL } from 'libpg-query'
import { isTree, type Tree } from './tree.ts'

/** A statement or an expression of a PL/pgSQL body, as SQL that can be parsed by itself. */
export interface BodyPart {
  sql: string
  /** The line of the body on which its statement begins; the first is 1. */
  line: number
}

/** What RAW_PARSE_DEFAULT is: a whole statement. Others are expressions (plpgsql's parser.h). */
const STATEMENT = 0
const EXPRESSION = 2

/** The body of a `create function … language plpgsql`, or of a `do`, and all SQL in it. */
export async function parseBody(statement: string): Promise<{ tree: Tree; parts: BodyPart[] }> {
  const tree = (await parsePlPgSQL(statement)) as Tree
  const parts: BodyPart[] = []
  collect(tree, 1, parts)
  return { tree, parts }
}

function collect(node: unknown, line: number, parts: BodyPart[]): void {
  if (Array.isArray(node)) for (const each of node) collect(each, line, parts)
  if (!isTree(node)) return
  const here = typeof node.lineno === 'number' ? node.lineno : line
  if (isTree(node.PLpgSQL_expr)) parts.push({ sql: sqlOf(node.PLpgSQL_expr), line: here })
  for (const each of Object.values(node)) collect(each, here, parts)
}

function sqlOf(expression: Tree): string {
  const query = String(expression.query)
  const mode = expression.parseMode ?? STATEMENT
  if (mode === STATEMENT) return query
  // The rest are assignments: `variable := expression`.
  return `select ${mode === EXPRESSION ? query : query.replace(/^.*?(?::=|=)/s, '')}`
}
