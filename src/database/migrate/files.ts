import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'

export interface SqlFile {
  name: string
  sql: string
  checksum: string
}

/** The numbered migrations of a folder, in order. */
export function readNumbered(folder: URL): Promise<SqlFile[]> {
  return readSql(folder, /^\d{4}_\w+\.sql$/)
}

/** The files that hold the SQL functions as they are now, whatever folders they are in. */
export function readFunctions(folder: URL): Promise<SqlFile[]> {
  return readSql(new URL('functions/', folder), /^[\w/-]+\.sql$/)
}

/** The views, each by its name, in whichever schema they will be. */
export function readViews(folder: URL): Promise<SqlFile[]> {
  return readSql(new URL('views/', folder), /^\w+\.sql$/)
}

async function readSql(folder: URL, pattern: RegExp): Promise<SqlFile[]> {
  const names = (await readdir(folder, { recursive: true }))
    .filter((name) => pattern.test(name))
    .sort()
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, folder), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}
