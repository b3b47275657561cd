import {
  readFunctions as readFunctionFiles,
  readNumbered,
  readViews as readViewFiles,
  type SqlFile,
} from '../../src/database/migrate/files.ts'

/** What stands below a comment in an SQL file of ours. */
export interface Commented {
  name: string
  /** Below migrations/. */
  file: string
  /** The first sentence of the comment; empty where there is none. */
  purpose: string
}

/** The functions of schema public, file by file. `folder`: migrations/. */
export async function readFunctions(folder: URL): Promise<Commented[]> {
  const files = await readFunctionFiles(folder)
  return commentedIn('functions/', files, /^create function public\.(\w+)/)
}

export async function readTables(folder: URL): Promise<Commented[]> {
  return commentedIn('', await readNumbered(folder), /^create table orgline\.(\w+)/)
}

export async function readViews(folder: URL): Promise<Commented[]> {
  return commentedIn('views/', await readViewFiles(folder), /^create or replace view (\w+)/)
}

function commentedIn(folder: string, files: SqlFile[], head: RegExp): Commented[] {
  return files.flatMap(({ name: file, sql }) => {
    const lines = sql.split('\n')
    return lines.flatMap((line, index) => {
      const name = head.exec(line)?.[1]
      if (!name) return []
      return [{ name, file: folder + file, purpose: firstSentence(commentAbove(lines, index)) }]
    })
  })
}

function commentAbove(lines: string[], index: number): string {
  let first = index
  while (lines[first - 1]?.startsWith('--')) first -= 1
  return lines
    .slice(first, index)
    .map((line) => line.slice(2).trim())
    .join(' ')
}

function firstSentence(text: string): string {
  return /^.*?\.(?=\s|$)/.exec(text)?.[0] ?? text
}
