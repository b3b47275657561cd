import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What the page imports by a bare name; browsers take the file that Node takes, too. */
const names = ['preact', 'preact/hooks', 'htm', '@preact/signals', '@preact/signals-core']

export interface Library {
  /** As an import names it. */
  name: string
  /** Below the folder of assets. */
  path: string
  text: Buffer
}

/** The libraries of the page, from node_modules. */
export function readLibraries(): Library[] {
  return names.map((name) => ({
    name,
    path: `libraries/${name.replace('@', '').replaceAll('/', '-')}.js`,
    text: readFileSync(fileURLToPath(import.meta.resolve(name))),
  }))
}
