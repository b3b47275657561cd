import { Client } from 'pg'
import { findCallers } from './callers.ts'
import { readCatalog } from './catalog.ts'
import { databaseDocument } from './document.ts'
import { dump } from './dump.ts'
import { readFunctions, readTables, readViews } from './sql-files.ts'

const root = new URL('../../', import.meta.url)
const migrations = new URL('migrations/', root)

/** Both documents, with where they belong. The database has been migrated, and has nothing else. */
export async function databaseDocuments(databaseUrl: string) {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  const catalog = await readCatalog(client).finally(() => client.end())
  const [tables, views, functions] = await Promise.all([
    readTables(migrations),
    readViews(migrations),
    readFunctions(migrations),
  ])
  const callers = await findCallers(
    new URL('src/', root),
    functions.map(({ name }) => name),
  )
  return {
    schema: { file: new URL('schema.sql', migrations), text: dump(catalog), madeBy: 'db:dump' },
    document: {
      file: new URL('docs/database.md', root),
      text: databaseDocument({ catalog, tables, views, functions, callers }),
      madeBy: 'db:docs',
    },
  }
}
