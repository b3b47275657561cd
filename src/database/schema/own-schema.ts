import { readFunctions, readNumbered } from '../migrate/files.ts'

/** What a release needs of its database. */
export interface OwnSchema {
  /** Names of the numbered migrations. */
  migrations: string[]
  /** The functions of schema public, each as `name(argument,argument)`. */
  functions: string[]
}

/** Reads it from the release's own files. */
export async function readOwnSchema(folder: URL): Promise<OwnSchema> {
  const [numbered, functions] = await Promise.all([readNumbered(folder), readFunctions(folder)])
  return {
    migrations: numbered.map(({ name }) => name),
    functions: functions.flatMap(({ sql }) => signaturesIn(sql)),
  }
}

/** Only what our own files look like: `create function public.name(p_a text, p_b …) returns`. */
function signaturesIn(sql: string): string[] {
  const heads = sql.matchAll(/^create function public\.(\w+)\s*\((.*?)\)\s*returns\b/gms)
  return Array.from(heads, ([, name, list = '']) => `${name}(${argumentNames(list).join(',')})`)
}

function argumentNames(list: string): string[] {
  // A comma within brackets is a type's, or a default's.
  const args = list.split(/,(?![^(]*\))/).map((each) => each.trim())
  return args.filter(Boolean).map((each) => each.split(/\s/, 1)[0] ?? '')
}
