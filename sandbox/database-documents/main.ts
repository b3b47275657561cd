import { keepGenerated } from '../../src/commands/generated-file.ts'
import { migrate } from '../../src/database/migrate/migrate.ts'
import { toError } from '../../src/platform/errors.ts'
import { startThrowawayPostgres } from '../postgres/throwaway-postgres.ts'
import { databaseDocuments } from './documents.ts'

const migrations = new URL('../../migrations/', import.meta.url)

/** Writes one of the documents, or with `--check` compares it, from a database that is thrown away then. */
async function keep(which: string | undefined, check: boolean): Promise<string> {
  const postgres = await startThrowawayPostgres('orgline-documents-', { durable: false })
  try {
    await migrate(postgres.url('postgres'), migrations)
    const documents = await databaseDocuments(postgres.url('postgres'))
    const { file, text, madeBy } = which === 'dump' ? documents.schema : documents.document
    return await keepGenerated(file, text, { check, madeBy })
  } finally {
    await postgres.stop()
  }
}

keep(process.argv[2], process.argv.includes('--check')).then(
  (line) => process.stdout.write(`${line}\n`),
  (thrown) => {
    process.stderr.write(`${toError(thrown).message}\n`)
    process.exitCode = 1
  },
)
