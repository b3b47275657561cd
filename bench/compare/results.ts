import { mkdir, writeFile } from 'node:fs/promises'
import { cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'

/** Where results are put: not in the repository, which has what was measured on a quiet machine. */
const FOLDER = 'bench/results'

/** The machine, and how busy it was: without it no number says anything. */
export function machine() {
  const [first] = cpus()
  return {
    cores: cpus().length,
    processor: first?.model,
    memoryGb: Math.round(totalmem() / 1_024 ** 3),
    node: process.version,
    loadAverage: loadavg().map((load) => Number(load.toFixed(2))),
  }
}

/** Keeps what was measured, with date and machine. @returns the path of the file */
export async function writeResults(name: string, results: object): Promise<string> {
  const measuredAt = new Date().toISOString()
  const file = join(FOLDER, `${name}-${measuredAt.replaceAll(':', '-').slice(0, 19)}.json`)
  await mkdir(FOLDER, { recursive: true })
  const kept = { measuredAt, machine: machine(), ...results }
  await writeFile(file, `${JSON.stringify(kept, null, 2)}\n`)
  return file
}
