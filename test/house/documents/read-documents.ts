import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** What people wrote to be read; docs/database.md is generated, and compared with the SQL. */
export const documents = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', '.env.example'],
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && name !== 'database.md')
    .map((name) => `docs/${name}`),
]

export const readDocument = (file: string) => readFileSync(file, 'utf8')

/** What a document has between backticks, without its blocks of code. */
export function spansOf(text: string): string[] {
  return [...withoutBlocks(text).matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span)
}

/** The text without blocks of code, line by line as it was. */
export function withoutBlocks(text: string): string {
  return text.replace(/^ *```[\s\S]*?^ *```/gm, (block) => block.replace(/[^\n]/g, ''))
}

/** Links of a document, to files and headings here, that lead nowhere. */
export function brokenLinks(document: string, text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^(https?|mailto):/.test(target))
    .filter((target) => {
      const [path = '', anchor] = target.split('#')
      const file = path === '' ? document : join(dirname(document), path)
      if (!existsSync(file)) return true
      return anchor !== undefined && !anchorsOf(readDocument(file)).has(anchor)
    })
}

/** Headings that a text names in words, as `docs/x.md, "Heading"` or `"Heading" in docs/x.md`, and that are not there. */
export function unknownHeadings(text: string): string[] {
  const named = [
    ...[...text.matchAll(/(docs\/\w+\.md)(?:,| says under) "?([A-Z][^")\n]+)[")]/g)].map(
      ([, file, heading]) => [file, heading],
    ),
    ...[...text.matchAll(/"([^"\n]+)" in (docs\/\w+\.md)/g)].map(([, heading, file]) => [
      file,
      heading,
    ]),
  ]
  return named
    .filter(([file = '', heading]) => !readDocument(file).includes(`# ${heading}\n`))
    .map(([file, heading]) => `${file}: ${heading}`)
}

/** The anchors of a document, as GitHub makes them of its headings. */
function anchorsOf(text: string): Set<string> {
  const headings = withoutBlocks(text).matchAll(/^#+ (.*)$/gm)
  return new Set(
    [...headings].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}
