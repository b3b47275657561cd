import { keepGenerated } from '../generated-file.ts'
import { readFunctions } from './read-functions.ts'
import { renderTypes } from './render-types.ts'

const places = {
  functions: new URL('../../../migrations/functions/', import.meta.url),
  file: new URL('../../database/functions.ts', import.meta.url),
}

/**
 * Writes src/database/functions.ts from the signatures in migrations/functions, or with `check` only
 * compares. Needs no database.
 * @throws Error when the file is not up to date, or a signature cannot be read
 */
export async function dbTypesCommand(
  check: boolean,
  { functions, file } = places,
): Promise<string> {
  const declared = await readFunctions(functions)
  const kept = await keepGenerated(file, renderTypes(declared), { check, madeBy: 'db:types' })
  return `${kept}: ${declared.length} functions.`
}
