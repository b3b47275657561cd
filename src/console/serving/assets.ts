import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Library, readLibraries } from './libraries.ts'

const PAGE = fileURLToPath(new URL('../page/', import.meta.url))

/** What of the page is served, by the ends of its files; nothing else is. */
const types: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

interface Asset {
  path: string
  type: string
  text: Buffer
  etag: string
}

/** All files of the console, in memory. */
export interface Assets {
  /** Of all files together: with any change, all have new addresses. */
  version: string
  files: ReadonlyMap<string, Asset>
  libraries: Library[]
  /** The page, before it is told its version and where its files are. */
  template: string
}

/** Reads what there is; nothing is read again while the server runs. */
export function readAssets(): Assets {
  const libraries = readLibraries()
  const own = globSync('**/*', { cwd: PAGE })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => extname(path) in types)
    .toSorted()
    .map((path) => ({ path, text: readFileSync(`${PAGE}${path}`) }))
  const files = new Map([...own, ...libraries].map((file) => [file.path, assetOf(file)]))
  const template = readFileSync(`${PAGE}index.html`, 'utf8')
  const whole = createHash('sha256').update(template)
  for (const { path, etag } of files.values()) whole.update(path).update(etag)
  return { version: whole.digest('base64url').slice(0, 12), files, libraries, template }
}

function assetOf({ path, text }: { path: string; text: Buffer }): Asset {
  return { path, text, type: types[extname(path)] ?? '', etag: etagOf(text) }
}

/** A strong ETag. */
export function etagOf(text: string | Buffer): string {
  return `"${createHash('sha256').update(text).digest('base64url')}"`
}
