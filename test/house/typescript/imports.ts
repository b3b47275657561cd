import { globSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Arrow } from '../graph.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

export interface SourceFile {
  /** From the project's root. */
  path: string
  text: string
}

/** Every TypeScript file below these folders of the project. */
export function readSources(...folders: string[]): SourceFile[] {
  return folders
    .flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: ROOT }))
    .toSorted()
    .map((path) => ({ path, text: readFileSync(`${ROOT}${path}`, 'utf8') }))
}

/** `import … from`, `export … from`, `import '…'` and `import('…')`, with and without `type`. */
const IMPORT = /(?:^(?:import|export)\b[^'"`;]*?\bfrom\s+|^import\s+|\bimport\()'([^']+)'/gm

/** What a file imports, types too: other files by their paths, packages by their names. */
export function importsOf({ path, text }: SourceFile): Arrow[] {
  return [...text.matchAll(IMPORT)].map((match) => ({
    from: path,
    line: text.slice(0, match.index + match[0].length).split('\n').length,
    to: targetOf(path, match[1] ?? ''),
  }))
}

function targetOf(path: string, specifier: string): string {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(path), specifier)
  const [scope = '', name] = specifier.split('/')
  return scope.startsWith('@') ? `${scope}/${name}` : scope
}
