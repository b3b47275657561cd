import { z } from 'zod'
import { failureWords } from './failure-kind.ts'

/** Why a call or a text came to nothing, beside what a carrier refused it for. */
const own = {
  line_busy: 'the line was busy',
  not_answered: 'nobody answered',
  canceled: 'the call was canceled before anybody answered',
  not_connected: 'the call did not come about',
  hung_up: 'the call ended before a conversation began',
  conversation_failed: 'the conversation failed',
  no_conversation: 'the voice platform has no conversation of it',
  no_agent: 'no agent could answer',
  not_put_through: 'the caller could not be put through:',
  call_to_self: 'the caller is whom calls are forwarded to',
  sent_to_voicemail: 'its routing had the caller leave a message',
  too_many_calls: 'too many calls in an hour, so the caller heard that the line is busy',
  end_not_reported: 'its end was not reported',
  not_dialled: 'the voice platform knows of no such call, so it was not dialled',
  not_placed: 'The voice platform did not place the call: check the number, and try again later',
  maybe_dialled: 'an end was reported that fits this and another call, so it may have been dialled',
  text_unknown: 'The telephone company knows of no such text, so it was not sent',
  opted_out_from:
    'The customer has asked for no more texts. Only the customer can undo that, by texting START to',
  no_answer_within: 'no answer within',
  agent_silent: 'the agent did not answer, however often it was asked',
  answer_empty: 'the answer of the agent had no words',
  answer_opt_out_word: 'the answer of the agent was a word by which customers refuse texts',
  answer_too_long: 'the answer of the agent was longer than three texts',
  answer_in_part: 'the answer was sent in part, and the rest of it was refused:',
  replies_to_customer: 'agents have answered this customer as often within an hour as they may',
  replies_in_a_day: 'agents were asked to answer texts as often within 24 hours as they may be',
  replies_of_agent:
    'its agent has answered as many texts in a day as its limit of conversations leaves room for beside its calls',
  replies_of_shared_agent:
    'the agent for everybody has answered as many texts in a day as it may beside its calls',
  daily_texts_reached: 'the organization has texted as much in 24 hours as it may',
  texts_too_fast: 'the organization has texted as much in a minute as it may',
  customer_texts_reached: 'the customer has been texted as much in 24 hours as one may be',
  daily_spend_reached: 'the organization has spent as much in 24 hours as it may',
  account_spend_reached: 'this account is new, and has spent as much in 24 hours as it may',
  deployment_spend_reached:
    'all organizations together have spent as much in a day as this server lets them',
  country_not_texted: 'the organization, or this server, does not text the country of the customer',
  machine_talk: 'a machine seems to write, so no agent answers it',
  take_over_failed: 'a person had taken over, and their text never reached the customer',
  reply_too_late: 'it could not be answered within ten minutes',
  reply_unsent: 'nobody knows whether the whole answer was sent',
  database_unavailable: 'The database did not answer: try again in a few seconds',
} as const

/** What a carrier did, whose failure means no more to us. */
const ofCarriers = {
  not_found: 'does not have what the request is about',
  rejected: 'refused the request',
  rate_limited: 'takes no more requests for the moment: try again later',
  unreachable: 'did not answer: try again later',
  bad_reply: 'gave an answer that cannot be read: try again later',
  denied: 'does not let this server do that: its operators have to see to that',
  account: 'refuses all requests of this server: its operators have to see to that',
} as const

const named = <Who extends string>(who: Who, words: string) =>
  Object.fromEntries(
    Object.entries(ofCarriers).map(([kind, did]) => [`${who}_${kind}`, `${words} ${did}`]),
  ) as Record<`${Who}_${keyof typeof ofCarriers}`, string>

/**
 * Why a call or a text came to nothing, in kinds of ours, each in words for whoever reads it. Rows keep
 * the kind; the words name no carrier.
 */
const reasons = {
  ...own,
  ...failureWords,
  ...named('telephone_company', 'The telephone company'),
  ...named('voice_platform', 'The voice platform'),
}

export type FailureReason = keyof typeof reasons

export const FAILURE_REASONS = Object.keys(reasons) as FailureReason[]

export function isFailureReason(kind: string): kind is FailureReason {
  return Object.hasOwn(reasons, kind)
}

/** As rows keep it: a kind, and behind it the fact with which its words end, if they do. */
const KEPT = /^([a-z_]+)(?:: (.+))?$/

/** The words for what a row keeps of one of these kinds; undefined: of none of them. */
export function wordsOf(kinds: Record<string, string>, kept: string): string | undefined {
  const [, kind = '', fact] = KEPT.exec(kept) ?? []
  if (!Object.hasOwn(kinds, kind)) return undefined
  return fact === undefined ? kinds[kind] : `${kinds[kind]} ${fact}`
}

/** The words for a reason as a row keeps it; what is none of these kinds has its words already. */
export function reasonInWords(kept: string): string {
  return wordsOf(reasons, kept) ?? kept
}

/** A row's reason, read in words. */
export const ReasonInWords = z.string().overwrite(reasonInWords).nullable()
