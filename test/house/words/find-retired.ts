import type { Retired } from './glossary.ts'
import { codeOf } from './names.ts'

/** JavaScript's own names, and two verbs that begin with a retired one. */
const EXEMPT = /allSettled|PromiseSettledResult|[lL]ooks?Up|looksLike\w+/g

/** Where a text has retired words: `file:line: "word" is retired; write "term"`. */
export function findRetired(file: string, text: string, retired: Retired[]): string[] {
  const own = text.replace(EXEMPT, (name) => ' '.repeat(name.length))
  const language = file.endsWith('.ts') ? 'ts' : file.endsWith('.sql') ? 'sql' : undefined
  const code = language && codeOf(own, language)
  return retired.flatMap(({ word, term, isOfCode }) => {
    const searched = isOfCode ? code : own
    return searched === undefined
      ? []
      : linesWith(searched, word).map(
          (line) => `${file}:${line}: "${word}" is retired; write "${term}" (docs/glossary.md)`,
        )
  })
}

/** A word is whole where no letter of its own case goes on: `settle` is in settleNow, SETTLE_MS and re_settle, not in settler. */
function linesWith(text: string, word: string): number[] {
  const [first = '', rest] = [word[0], word.slice(1)]
  const either = `(?:(?<![A-Za-z])${first}|(?<=[a-z0-9_])${first.toUpperCase()}|(?<![A-Za-z])${first.toUpperCase()})${rest}(?![a-z])`
  const upper = `(?<![A-Za-z])${word.toUpperCase()}(?![A-Za-z])`
  const found = new RegExp(`${either}|${upper}`, 'g')
  return [...text.matchAll(found)].map(({ index }) => text.slice(0, index).split('\n').length)
}
