/** Of any language, opening or closing: some close with what others open with. */
const DOUBLE = '["“”„‟«»‹›「」『』]'

/** An apostrophe, too: only where a word ends is it a mark. */
const SINGLE = "['‘’‚‛]"

const MARK = `(?:${DOUBLE}|${SINGLE})`

/** Where a quotation begins: an inch or an apostrophe stands behind a word. */
const BEFORE = '(?<=^|[\\s(])'

const ALL_QUOTED = new RegExp(`^\\s*${MARK}([^]*)${MARK}[\\s\\p{P}]*$`, 'u')

/** What a phone makes of a reaction: it quotes the whole text, which may have quotations of its own. */
const QUOTED_TO_THE_END = new RegExp(`${BEFORE}${MARK}[^]*${MARK}[\\s\\p{P}]*$`, 'u')

/** One that is not closed was cut off. */
const QUOTED = new RegExp(
  `${BEFORE}(?:${DOUBLE}[^]*?(?:${DOUBLE}(?![\\p{L}\\p{N}])|$)|${SINGLE}[^]*?${SINGLE}(?![\\p{L}\\p{N}]))`,
  'gu',
)

/** What a sender says in words of its own: all but what it quotes, or all of it where it is one quotation. */
export function withoutQuotations(text: string): string {
  const whole = ALL_QUOTED.exec(text)?.[1]
  return whole ?? text.replace(QUOTED_TO_THE_END, '').replace(QUOTED, '')
}
