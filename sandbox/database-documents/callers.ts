import { readdir, readFile } from 'node:fs/promises'

/** Generated, so that it names every function. */
const NOT_CALLERS = ['database/functions.ts']

/** Which files of `source` (src/) name which of the functions, as `rpc` calls them. */
export async function findCallers(
  source: URL,
  functions: string[],
): Promise<Map<string, string[]>> {
  const files = (await readdir(source, { recursive: true }))
    .filter((name) => name.endsWith('.ts') && !NOT_CALLERS.includes(name))
    .sort()
  const callers = new Map<string, string[]>(functions.map((name) => [name, []]))
  for (const file of files) {
    const text = await readFile(new URL(file, source), 'utf8')
    for (const [, name = ''] of text.matchAll(/'([a-z_]+)'/g)) {
      const known = callers.get(name)
      if (known && !known.includes(file)) known.push(file)
    }
  }
  return callers
}
