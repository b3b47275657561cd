import { readdir } from 'node:fs/promises'
import { VERSION } from '../server/version.ts'

/** What runs here: the release, the last of its migrations, and Node. Asks no database. */
export async function versionCommand(migrations: URL): Promise<string> {
  const files = (await readdir(migrations)).filter((name) => /^\d{4}_.*\.sql$/.test(name)).sort()
  const last = files.at(-1)?.replace(/\.sql$/, '')
  return `Orgline ${VERSION}, migrations up to ${last}, Node ${process.version}`
}
