import { z } from 'zod'

/**
 * Why a call or a text came to nothing, in kinds of ours, each in words for whoever reads it. Rows keep
 * the kind; the words name no carrier.
 */
const reasons = {
  line_busy: 'the line was busy',
  not_answered: 'nobody answered',
  canceled: 'the call was canceled before anybody answered',
  not_connected: 'the call did not come about',
  hung_up: 'the call ended before a conversation began',
  conversation_failed: 'the conversation failed',
  no_conversation: 'the voice platform has no conversation of it',
  no_agent: 'no agent could answer',
  too_many_calls: 'too many calls in an hour, so the caller heard that the line is busy',
  end_not_reported: 'its end was not reported',
  not_dialled: 'the voice platform knows of no such call, so it was not dialled',
  maybe_dialled: 'an end was reported that fits this and another call, so it may have been dialled',
  text_unknown: 'The telephone company knows of no such text, so it was not sent',
} as const

export type FailureReason = keyof typeof reasons

export const FAILURE_REASONS = Object.keys(reasons) as FailureReason[]

/** The words for a reason as a row keeps it; what is none of these kinds has its words already. */
export function reasonInWords(kept: string): string {
  return Object.hasOwn(reasons, kept) ? reasons[kept as FailureReason] : kept
}

/** A row's reason, read in words. */
export const ReasonInWords = z.string().overwrite(reasonInWords).nullable()
