import { withoutInvisible } from '../platform/visible-text.ts'
import { withoutQuotations } from './quotations.ts'
import { hasRefusal, isRefusal, lettersOf } from './refusals.ts'

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
const REACTION = /^[^\p{L}\p{N}]*(?![🛑⛔🚫✋])\p{Extended_Pictographic}[^\p{L}\p{N}]*["“„«»‘']/u

/**
 * What an inbound text asks for, if it says that and nothing else; null for any other. Case, width,
 * accents, punctuation, quotes, blanks and what nobody sees count for nothing; in a text that says more,
 * what it quotes is somebody else's. `optOutType` is what Twilio took it for by the words of the
 * customer's own Messaging Service, and goes first.
 */
export function keywordOf(body: string, optOutType: string): Keyword | null {
  const text = body.length <= LONGEST ? plainly(body) : ''
  const said = REACTION.test(text) ? '' : text
  const meant = byWord.get(lettersOf(said))
  const reported = optOutType.toLowerCase()
  if (reported === 'stop' || reported === 'help') return reported
  if (reported === 'start') return meant === 'yes' ? 'yes' : reported
  return isRefusal(said) || hasRefusal(withoutQuotations(said)) ? 'stop' : (meant ?? null)
}

/** Small and plain, without width, accents and what nobody sees. */
function plainly(text: string): string {
  return withoutInvisible(text).normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}
