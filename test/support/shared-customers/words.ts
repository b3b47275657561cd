import type { Pair, Which } from './steps.ts'

/** What was said between one of the organizations and one of the customers, in words that nobody else says. */
export function createWords(story: number) {
  let said = 0
  return (kind: 'text' | 'call' | 'person' | 'last', { side, customer }: Pair): string => {
    said += 1
    return `d${side}-${kind}-c${customer}-${story}-${said}.`
  }
}

/** Any word of that organization's. */
export const wordsOf = (side: Which) => new RegExp(`d${side}-(text|call|person|last)-`)

export const otherThan = (side: Which): Which => (side === 0 ? 1 : 0)
