import { mkdir, writeFile } from 'node:fs/promises'

const folder = new URL('../results/', import.meta.url)

/** Keeps what was measured, by its time; answers where. */
export async function keepResult(name: string, result: object): Promise<string> {
  const at = new Date().toISOString()
  const file = new URL(`${name}-${at.slice(0, 19).replaceAll(':', '-')}.json`, folder)
  await mkdir(folder, { recursive: true })
  await writeFile(file, `${JSON.stringify({ at, ...result }, null, 2)}\n`)
  return file.pathname
}
