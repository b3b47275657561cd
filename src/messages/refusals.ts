import { ALONE, ANYWHERE, PARTS, POLITE } from './refusal-phrases.ts'

const withParts = (phrase: string): string =>
  phrase.replace(/<(\w+)>/g, (_, name: keyof typeof PARTS) => `(?:${withParts(PARTS[name])})`)

const toPattern = (phrase: string) =>
  withParts(phrase.replace(/(\w+)\?/g, '(?:$1)?')).replaceAll(' ', '')

const toRefusal = (phrases: string[]) =>
  new RegExp(`^(?:${POLITE})*(?:${phrases.map(toPattern).join('|')})(?:${POLITE})*$`)

const IN_A_CLAUSE = toRefusal(Object.values(ANYWHERE).flat())
const ALL_THAT_IS_SAID = toRefusal(ALONE)
const BARE_STOP = toRefusal(['stop+'])

/** Nothing else stands for a stop alone. */
const STOP_SIGN = /^(?:🛑\s*)+$/u

/** A sentence or a part of one ends here. */
const CLAUSE_END = /[.,;!?¡¿…\n]+/

/** In a longer text a STOP between punctuation is one sentence of many. */
const LONGEST_AROUND_STOP = 60

/** Whether somebody wants no more texts, by all of a text: small, without accents. */
export function isRefusal(text: string): boolean {
  const letters = lettersOf(text)
  return STOP_SIGN.test(text.trim()) || IN_A_CLAUSE.test(letters) || ALL_THAT_IS_SAID.test(letters)
}

/**
 * Whether one of its clauses says so, whatever the others say; a mere stop does only where a short text
 * begins or ends with it.
 */
export function hasRefusal(text: string): boolean {
  const clauses = text.split(CLAUSE_END).map(lettersOf).filter(Boolean)
  const outer = text.length <= LONGEST_AROUND_STOP ? [clauses.at(0), clauses.at(-1)] : []
  return (
    clauses.some((clause) => IN_A_CLAUSE.test(clause)) ||
    outer.some((clause) => BARE_STOP.test(clause ?? ''))
  )
}

/** Its letters and digits alone. */
export function lettersOf(text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, '')
}
