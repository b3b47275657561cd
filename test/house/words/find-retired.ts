import type { Retired } from './glossary.ts'
import { codeOf } from './names.ts'

/** JavaScript's own names, and two verbs that begin with a retired one. */
const EXEMPT =
  /allSettled|PromiseSettledResult|[lL]ook(?:s|ed|ing)?_?[uU]ps?(?![a-z])|look(?:s|ed)Like\w*|look(?:s|ed)_like\w*/g

/** Where a text has retired words: `file:line: "word" is retired; write "term"`. */
export function findRetired(file: string, text: string, retired: Retired[]): string[] {
  const own = text.replace(EXEMPT, (name) => ' '.repeat(name.length))
  const language = /\.(ts|cjs|html)$/.test(file) ? 'ts' : file.endsWith('.sql') ? 'sql' : undefined
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

/** Whether a file's own name has a retired word. */
export function findInName(file: string, retired: Retired[]): string[] {
  return retired
    .filter(({ word }) => linesWith(file, word).length > 0)
    .map(({ word, term }) => `${file}: "${word}" is retired in names; write "${term}"`)
}

/** What may stand between two words of a term: also the end of a line, and how a comment's next one begins. */
const BETWEEN = '[\\s*/#>_-]+'

/** Up to two words, where the glossary has `…`. */
const GAP = `(?:${BETWEEN}[\\w’']+){0,2}?${BETWEEN}`

/**
 * The lines that have the word, also inflected. It is whole where no letter of its own case goes on:
 * `settle` is in settleNow, settled_at and SETTLE_MS, not in settler.
 */
function linesWith(text: string, word: string): number[] {
  const words = word.split(' ')
  const forms = (spell: (each: string) => string) =>
    words.map(spell).join(' ').replaceAll(' … ', GAP).replaceAll(' ', BETWEEN)
  const [first = '', rest] = [word[0], forms(inflected).slice(1)]
  const either = `(?:(?<![A-Za-z])${first}|(?<=[a-z0-9_])${first.toUpperCase()}|(?<![A-Za-z])${first.toUpperCase()})${rest}(?![a-z])`
  const upper = `(?<![A-Za-z])${forms((each) => inflected(each.toLowerCase()).toUpperCase())}(?![A-Za-z])`
  const found = new RegExp(`${either}|${upper}`, 'g')
  return [...text.matchAll(found)].map(({ index }) => text.slice(0, index).split('\n').length)
}

/** A plain word with its regular endings; names and … are as they are. */
function inflected(word: string): string {
  if (!/^[a-z]{4,}$/.test(word)) return word
  return word.endsWith('e') ? `${word.slice(0, -1)}(?:e|es|ed|en|ing)` : `${word}(?:s|es|ed|ing)?`
}
