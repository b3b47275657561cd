/** Direction marks, joiners, BOM, variation selectors and whatever else leaves no trace on a screen. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu

/** Marks that turn the direction of what stands behind them: a name could show as another one. */
const DIRECTION_MARKS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu

/** A text without the characters that nobody sees. */
export function withoutInvisible(text: string): string {
  return text.replace(INVISIBLE, '')
}

/**
 * Whether there is nothing in a text that anybody sees: no character but blanks, marks that need another to
 * stand on (accents), and those of no script. U+2800 is a Braille pattern without dots.
 */
export function isEmptyToTheEye(text: string): boolean {
  return withoutInvisible(text).replace(/[\s\p{C}\p{M}\u2800]/gu, '') === ''
}

/** Whether a text has control characters, or ends a line. */
export function hasLineBreaks(text: string): boolean {
  return /[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)
}

export function hasDirectionMarks(text: string): boolean {
  return text.search(DIRECTION_MARKS) >= 0
}

/** On one line, without control characters and direction marks. */
export function inOneLine(text: string): string {
  return text
    .replace(/[\t ]*[\n\v\f\r\u0085\u2028\u2029]\s*/g, ' ')
    .replace(/\p{Cc}/gu, ' ')
    .replace(DIRECTION_MARKS, '')
}
