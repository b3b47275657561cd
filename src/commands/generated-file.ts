import { readFile, writeFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Writes a generated file, or with `check` only compares.
 * @param madeBy the npm script that writes it
 * @throws Error when the file is not up to date: which, from which line on, and what to run
 */
export async function keepGenerated(
  file: URL,
  text: string,
  { check, madeBy }: { check: boolean; madeBy: string },
): Promise<string> {
  const name = relative(process.cwd(), fileURLToPath(file))
  if (!check) {
    await writeFile(file, text)
    return `Wrote ${name}`
  }
  const committed = await readFile(file, 'utf8').catch(() => '')
  if (committed === text) return `${name} is up to date`
  throw new Error(
    `${name}:${firstDifference(committed, text)} is not up to date: run npm run ${madeBy}`,
  )
}

/** The number of the first line that differs, from 1. */
function firstDifference(one: string, other: string): number {
  const lines = one.split('\n')
  return other.split('\n').findIndex((line, index) => line !== lines[index]) + 1 || lines.length
}
