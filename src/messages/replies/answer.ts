import { isOptOutWord } from '../../agent-memory/opt-out-words.ts'
import { isEmptyToTheEye } from '../../platform/visible-text.ts'
import type { FailureReason } from '../../telephony/failure-reason.ts'

/** Twilio takes no more in one text. Source: Twilio error 21617. */
const LONGEST = 1_600
const MOST = 3

export type Answer = { texts: string[] } | { unfit: FailureReason }

/** An agent's answer as texts, cut where sentences end; or why it is not sent. */
export function answerOf(said: string): Answer {
  const text = said
    .toWellFormed()
    .replace(/[^\P{Cc}\n]/gu, ' ')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
  if (isEmptyToTheEye(text)) return { unfit: 'answer_empty' }
  if (isOptOutWord(text)) return { unfit: 'answer_opt_out_word' }
  const texts = cut(text)
  return texts.length > MOST ? { unfit: 'answer_too_long' } : { texts }
}

function cut(text: string): string[] {
  const texts: string[] = []
  let rest = text
  while (rest.length > LONGEST && texts.length < MOST) {
    const end = endOfText(rest)
    texts.push(rest.slice(0, end).trimEnd())
    rest = rest.slice(end).trimStart()
  }
  return rest === '' ? texts : [...texts, rest]
}

/** Behind the last sentence that has room; else behind the last word; a word of that length is cut. */
function endOfText(text: string): number {
  const room = text.slice(0, LONGEST + 1)
  const sentence = lastEnd(room, /[.!?…。！？]["'”’)\]]*(?=\s)|\n/gu)
  if (sentence > 0) return sentence
  const word = lastEnd(room, /\S(?=\s)/gu)
  if (word > 0) return word
  // Never inside a character of two units.
  return /[\uD800-\uDBFF]/.test(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST
}

function lastEnd(text: string, pattern: RegExp): number {
  const last = [...text.matchAll(pattern)].at(-1)
  return last ? last.index + last[0].length : 0
}
