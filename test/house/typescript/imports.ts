import { globSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseAst } from 'vitest/node'
import type { Arrow } from '../graph.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

export interface SourceFile {
  /** From the project's root. */
  path: string
  text: string
}

/** Every TypeScript file below these folders of the project. */
export function readSources(...folders: string[]): SourceFile[] {
  return readFiles(...folders.map((folder) => `${folder}/**/*.ts`))
}

/** Every file of the project that fits one of these patterns. */
export function readFiles(...patterns: string[]): SourceFile[] {
  return patterns
    .flatMap((pattern) => globSync(pattern, { cwd: ROOT }))
    .toSorted()
    .map((path) => ({ path, text: readFileSync(`${ROOT}${path}`, 'utf8') }))
}

/** Where an import leads of which only running it tells. */
export const UNREADABLE = '?'

/**
 * What a file imports, types too: other files by their paths, packages by their names. Read by a parser, so
 * that no comment, text or line break hides any.
 */
export function importsOf({ path, text }: SourceFile): Arrow[] {
  const body: unknown = parseAst(text, { lang: path.endsWith('.js') ? 'js' : 'ts' }, path).body
  return [...sourcesIn(body)].map((source) => {
    const specifier = literal(source)
    return {
      from: path,
      line: text.slice(0, source.start).split('\n').length,
      to: specifier === undefined ? UNREADABLE : targetOf(path, specifier),
    }
  })
}

interface Node extends Record<string, unknown> {
  type: string
  start: number
}

/** What stands where each import, export or require says of which file. */
function* sourcesIn(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const each of value) yield* sourcesIn(each)
  if (!isNode(value)) return
  const source = sourceOf(value)
  if (isNode(source)) yield source
  for (const each of Object.values(value)) yield* sourcesIn(each)
}

function sourceOf(node: Node): unknown {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return node.source
    case 'TSExternalModuleReference':
      return node.expression
    case 'CallExpression': {
      const isRequire = isNode(node.callee) && node.callee.name === 'require'
      return isRequire && Array.isArray(node.arguments) ? node.arguments[0] : undefined
    }
  }
}

/** A text, or a template with nothing in it. */
function literal({ type, value, quasis, expressions }: Node): string | undefined {
  if (type === 'Literal') return String(value)
  const isWhole = type === 'TemplateLiteral' && Array.isArray(expressions) && !expressions.length
  return isWhole && Array.isArray(quasis) ? quasis[0].value.cooked : undefined
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value
}

function targetOf(path: string, specifier: string): string {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(path), specifier)
  const [scope = '', name] = specifier.split('/')
  return scope.startsWith('@') ? `${scope}/${name}` : scope
}
