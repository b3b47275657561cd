export type Keyword = 'stop' | 'start' | 'help'

/**
 * The words by which customers opt out, in, or ask for help; Twilio answers them itself.
 * Source: Twilio, "Twilio support for opt-out keywords (SMS STOP filtering)".
 */
const keywords: Record<Keyword, string[]> = {
  stop: ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT'],
  start: ['START', 'YES', 'UNSTOP'],
  help: ['HELP', 'INFO'],
}

const byWord = new Map(
  Object.entries(keywords).flatMap(([keyword, words]) =>
    words.map((word): [string, Keyword] => [word, keyword as Keyword]),
  ),
)

/**
 * What an inbound text asks for, if it is one of those words and nothing else; null for any other.
 * `optOutType` is what Twilio took it for by the words of the customer's own Messaging Service, and
 * goes first.
 */
export function keywordOf(body: string, optOutType: string): Keyword | null {
  const told = optOutType.toLowerCase()
  if (told === 'stop' || told === 'start' || told === 'help') return told
  return byWord.get(body.trim().toUpperCase()) ?? null
}
