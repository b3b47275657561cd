import { withoutBlocks } from './read-documents.ts'

/** docs/style.md: what a reader who scans can take in. */
const MOST_WORDS = 90
const DEEPEST = 3

/** Paragraphs, items of lists and cells of tables with too many words, each by how it begins. */
export function longParagraphs(text: string): string[] {
  return piecesOf(withoutBlocks(text))
    .map((piece) => piece.trim())
    .filter((piece) => piece.split(/\s+/).length > MOST_WORDS)
    .map((piece) => `${piece.split(/\s+/).length} words: ${piece.slice(0, 60)}`)
}

/** Headings below the third level. */
export function deepHeadings(text: string): string[] {
  const headings = withoutBlocks(text).match(/^#+ .*$/gm) ?? []
  return headings.filter((heading) => heading.indexOf(' ') > DEEPEST)
}

/** Lines that look like a table and are shown as text, because no head is above them. */
export function headlessTables(text: string): string[] {
  return withoutBlocks(text)
    .split(/\n(?!\|)/)
    .map((block) => block.split('\n').filter((line) => line.startsWith('|')))
    .filter(([head, rule = '']) => head !== undefined && !/^\|[-:| ]+\|$/.test(rule))
    .map(([head = '']) => head.slice(0, 60))
}

/** A blank line, an item of a list and a line of a table begin a piece; so does each cell. */
function piecesOf(text: string): string[] {
  return text
    .split(/\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )|\n(?=\|)/)
    .flatMap((piece) => (piece.startsWith('|') ? piece.split(/(?<!\\)\|/) : [piece]))
}
