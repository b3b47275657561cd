import { withoutInvisible } from '../platform/visible-text.ts'
import { isAroundStop, isRefusal } from './refusals.ts'

/** `yes` opts in only where it lifts an opt-out; to anything else it is an answer like any other. */
export type Keyword = 'stop' | 'start' | 'yes' | 'help'

/**
 * The words by which customers opt in, or ask for help; Twilio answers them itself.
 * Source: Twilio, "Twilio support for opt-out keywords (SMS STOP filtering)".
 */
const byWord = new Map<string, Keyword>([
  ['start', 'start'],
  ['unstop', 'start'],
  ['yes', 'yes'],
  ['help', 'help'],
  ['info', 'help'],
])

/** Nobody needs more words to refuse texts; longer ones are not read as a keyword. */
const LONGEST = 200

/**
 * What a phone makes of an emoji that is put on a text: the emoji, then that text in quotation marks. One
 * that says stop itself is no reaction to a STOP.
 */
const REACTION = /^[^\p{L}\p{N}]*(?![🛑⛔🚫✋])\p{Extended_Pictographic}[^\p{L}\p{N}]*["“„«‘']/u

/**
 * What an inbound text asks for, if it says that and nothing else; null for any other. Case, width,
 * accents, punctuation, quotes, blanks and what nobody sees count for nothing. `optOutType` is what
 * Twilio took it for by the words of the customer's own Messaging Service, and goes first.
 */
export function keywordOf(body: string, optOutType: string): Keyword | null {
  const isHeard = body.length <= LONGEST && !REACTION.test(body)
  const said = isHeard ? lettersOf(body) : ''
  const meant = byWord.get(said)
  const told = optOutType.toLowerCase()
  if (told === 'stop' || told === 'help') return told
  if (told === 'start') return meant === 'yes' ? 'yes' : told
  return isRefusal(said) || (isHeard && isAroundStop(body)) ? 'stop' : (meant ?? null)
}

/** Its letters and digits alone, small and plain. */
function lettersOf(text: string): string {
  return withoutInvisible(text)
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
}
