import { parseAst } from 'vitest/node'
import type { SourceFile } from './imports.ts'

/** Every text that a file spells out, the parts of templates too; no comment, and no path of an import. */
export function textsOf({ path, text }: SourceFile): string[] {
  return [...textsIn(parseAst(text, { lang: 'ts' }, path).body)]
}

function* textsIn(node: unknown): Generator<string> {
  if (Array.isArray(node)) for (const each of node) yield* textsIn(each)
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return
  const { type, value } = node as { type?: string; value?: unknown }
  if (type === 'ImportDeclaration') return
  if (type === 'Literal' && typeof value === 'string') yield value
  if (type === 'TemplateElement') yield (value as { raw: string }).raw
  for (const each of Object.values(node)) yield* textsIn(each)
}
