import { writeFile } from 'node:fs/promises'
import { migrate } from '../../src/database/migrate/migrate.ts'
import { toError } from '../../src/platform/errors.ts'
import { startThrowawayPostgres } from '../postgres/throwaway-postgres.ts'
import { databaseDocuments } from './documents.ts'

const migrations = new URL('../../migrations/', import.meta.url)

/** Writes one of the documents, from a database that is made for it and thrown away. */
async function write(which: string | undefined): Promise<string> {
  const postgres = await startThrowawayPostgres('orgline-documents-', { durable: false })
  try {
    await migrate(postgres.url('postgres'), migrations)
    const documents = await databaseDocuments(postgres.url('postgres'))
    const { file, text } = which === 'dump' ? documents.schema : documents.document
    await writeFile(file, text)
    return `Wrote ${file.pathname}.`
  } finally {
    await postgres.stop()
  }
}

write(process.argv[2]).then(
  (line) => process.stdout.write(`${line}\n`),
  (thrown) => {
    process.stderr.write(`${toError(thrown).message}\n`)
    process.exitCode = 1
  },
)
