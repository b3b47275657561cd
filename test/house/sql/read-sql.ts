import { readdir, readFile } from 'node:fs/promises'
import { parse } from 'libpg-query'
import { type BodyPart, parseBody } from './parse-body.ts'
import { isTree, nodesOf, type Tree, textOf } from './tree.ts'

/**
 * Something parsed: a statement of a file; the body of a PL/pgSQL function in it; a statement or an
 * expression of a body.
 */
export interface Piece {
  /** The line, in the file, of what has this `location` in the tree (`lineno` in a PL/pgSQL body). */
  lineOf(location: number): number
  /** Where the statement begins, for those whose tree tells no location. */
  start: number
  file: string
  tree: Tree
}

/** Every piece of all SQL files of a folder, those of folders in it too. */
export async function readSqlFolder(folder: URL): Promise<Piece[]> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.sql'))
  const files = names
    .toSorted()
    .map(async (name) => readSql(name, await readFile(new URL(name, folder), 'utf8')))
  return (await Promise.all(files)).flat()
}

/** Every piece of an SQL text, the bodies of its functions (sql, plpgsql) and `do` blocks included. */
export async function readSql(file: string, text: string): Promise<Piece[]> {
  const bytes = Buffer.from(text)
  const { stmts } = (await parse(text)) as { stmts?: StatementAt[] }
  const pieces: Piece[] = []
  for (const { stmt, stmt_location: start = 0, stmt_len } of stmts ?? []) {
    const first =
      start + Buffer.byteLength(/^(?:\s|--.*\n)*/.exec(bytes.subarray(start).toString())?.[0] ?? '')
    pieces.push({
      file,
      tree: stmt,
      start: first,
      lineOf: (location) => lines(bytes.subarray(0, location)),
    })
    const body = bodyOf(stmt)
    if (!body) continue
    const own = bytes.subarray(start, stmt_len ? start + stmt_len : undefined).toString()
    const before = own.slice(0, own.indexOf(body.text))
    const firstLine = lines(bytes.subarray(0, start)) + lines(before) - 1
    if (body.language === 'sql') {
      pieces.push(...(await piecesOf({ sql: body.text, line: 1 }, file, firstLine)))
      continue
    }
    const { tree, parts } = await parseBody(own)
    pieces.push({ file, tree, start: 1, lineOf: (lineno) => firstLine + lineno - 1 })
    for (const part of parts) pieces.push(...(await piecesOf(part, file, firstLine)))
  }
  return pieces
}

interface StatementAt {
  stmt: Tree
  stmt_location?: number
  stmt_len?: number
}

/** @param firstLine of the body, in the file */
async function piecesOf(part: BodyPart, file: string, firstLine: number): Promise<Piece[]> {
  const bytes = Buffer.from(part.sql)
  const { stmts } = (await parse(part.sql)) as { stmts?: StatementAt[] }
  return (stmts ?? []).map(({ stmt }) => ({
    file,
    tree: stmt,
    start: 0,
    lineOf: (location) => firstLine + part.line + lines(bytes.subarray(0, location)) - 2,
  }))
}

/** Of a function or a `do`: its text, and the language that is in. */
function bodyOf(stmt: Tree): { text: string; language: string } | undefined {
  const isRoutine = isTree(stmt.CreateFunctionStmt) || isTree(stmt.DoStmt)
  if (!isRoutine) return undefined
  const options = [...nodesOf('DefElem', stmt)]
  const option = (name: string) => textOf(options.find(({ defname }) => defname === name)?.arg)
  const text = option('as')
  return text === undefined ? undefined : { text, language: option('language') ?? 'plpgsql' }
}

/** The line that begins, or goes on, after `before`; the first is 1. */
function lines(before: Buffer | string): number {
  return before.toString().split('\n').length
}
