import { readdir, readFile } from 'node:fs/promises'

/** What stands below a comment in an SQL file of ours. */
export interface Commented {
  name: string
  /** Below migrations/. */
  file: string
  /** The first sentence of the comment; empty where there is none. */
  purpose: string
}

/** The functions of schema public, file by file. `folder`: migrations/. */
export function readFunctions(folder: URL): Promise<Commented[]> {
  return readCommented(folder, /^functions\/.*\.sql$/, /^create function public\.(\w+)/)
}

export function readTables(folder: URL): Promise<Commented[]> {
  return readCommented(folder, /^\d{4}_\w+\.sql$/, /^create table orgline\.(\w+)/)
}

export function readViews(folder: URL): Promise<Commented[]> {
  return readCommented(folder, /^views\/\w+\.sql$/, /^create or replace view (\w+)/)
}

async function readCommented(folder: URL, files: RegExp, head: RegExp): Promise<Commented[]> {
  const names = (await readdir(folder, { recursive: true }))
    .filter((name) => files.test(name))
    .sort()
  const found = await Promise.all(
    names.map(async (file) => {
      const lines = (await readFile(new URL(file, folder), 'utf8')).split('\n')
      return lines.flatMap((line, index) => {
        const name = head.exec(line)?.[1]
        return name ? [{ name, file, purpose: firstSentence(commentAbove(lines, index)) }] : []
      })
    }),
  )
  return found.flat()
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
