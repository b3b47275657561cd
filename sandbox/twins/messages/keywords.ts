import type { World } from '../core/world.ts'
import { isOptedOut, optIn, optOut, type Pair } from './opt-outs.ts'

export type Keyword = 'STOP' | 'START' | 'HELP'

/** REVOKE and OPTOUT came later than the others. */
const words: Record<Keyword, string[]> = {
  STOP: ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT'],
  START: ['START', 'YES', 'UNSTOP'],
  HELP: ['HELP', 'INFO'],
}

const replies: Record<Keyword, string> = {
  STOP: 'You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.',
  START:
    'You have successfully been re-subscribed to messages from this number. Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.',
  HELP: 'Reply STOP to unsubscribe. Msg&Data Rates May Apply.',
}

/** What a text of one word asks for; nothing as soon as there is more than that word. */
export function keywordOf(body: string): Keyword | undefined {
  const word = body.trim().toUpperCase()
  const entries = Object.entries(words) as [Keyword, string[]][]
  return entries.find(([, each]) => each.includes(word))?.[0]
}

/**
 * Obeys a keyword and answers what Twilio replies by itself: to STOP once, to START only when it
 * changes something, to HELP unless the customer has opted out.
 */
export function obeyKeyword(world: World, pair: Pair, keyword: Keyword): string | undefined {
  const before = isOptedOut(world, pair)
  if (keyword === 'START') {
    optIn(world, pair)
    return before ? replies.START : undefined
  }
  if (keyword === 'STOP' && !before) optOut(world, pair)
  return before ? undefined : replies[keyword]
}
