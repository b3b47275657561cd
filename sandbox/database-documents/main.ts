import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate } from '../../src/database/migrate/migrate.ts'
import { toError } from '../../src/platform/errors.ts'
import { startEmbeddedPostgres } from '../postgres/embedded-postgres.ts'
import { databaseDocuments } from './documents.ts'

const migrations = new URL('../../migrations/', import.meta.url)

/** Writes one of the documents, from a database that is made for it and thrown away. */
async function write(which: string | undefined): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'orgline-documents-'))
  // Where this runs as root, PostgreSQL runs as another user, who must get in.
  await chmod(folder, 0o755)
  const postgres = await startEmbeddedPostgres({ folder, durable: false })
  try {
    await migrate(postgres.url('postgres'), migrations)
    const documents = await databaseDocuments(postgres.url('postgres'))
    const { file, text } = which === 'dump' ? documents.schema : documents.document
    await writeFile(file, text)
    return `Wrote ${file.pathname}.`
  } finally {
    await postgres.stop()
    await rm(postgres.folder, { recursive: true, force: true })
    await rm(folder, { recursive: true, force: true })
  }
}

write(process.argv[2]).then(
  (line) => process.stdout.write(`${line}\n`),
  (thrown) => {
    process.stderr.write(`${toError(thrown).message}\n`)
    process.exitCode = 1
  },
)
