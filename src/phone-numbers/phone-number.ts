import { z } from 'zod'
import { Timestamp } from '../database/timestamp.ts'

/** `purchasing` may be paid, `released` and `failed` are not, all others are. */
export const PhoneNumberStatus = z.enum([
  'purchasing',
  'purchased',
  'imported',
  'configured',
  'assigned',
  'quarantined',
  'released',
  'failed',
])
export type PhoneNumberStatus = z.infer<typeof PhoneNumberStatus>

export const SmsStatus = z.enum(['ready', 'needs_registration', 'pending', 'unsupported'])
export type SmsStatus = z.infer<typeof SmsStatus>

/** Who answers calls: ElevenLabs, which knows the number, or this server, which registers each. */
export const InboundVoice = z.enum(['elevenlabs', 'server'])
export type InboundVoice = z.infer<typeof InboundVoice>

/** A number as the database keeps it; the API shows the same fields. */
export const PhoneNumber = z.object({
  id: z.guid(),
  phone_number: z.string(),
  country: z.string(),
  region: z.string().nullable(),
  area_code: z.string().nullable(),
  provider: z.string(),
  twilio_phone_sid: z.string().nullable(),
  elevenlabs_phone_id: z.string().nullable(),
  capabilities: z.record(z.string(), z.boolean()),
  monthly_cost: z.int().nullable().describe('micro-dollars'),
  status: PhoneNumberStatus,
  sms_status: SmsStatus,
  agent_id: z
    .string()
    .nullable()
    .describe('the agent of its organization that answers, or is to; null: the default one'),
  last_traffic_at: Timestamp.nullable(),
  release_at: Timestamp.nullable().describe(
    'until when a quarantined number can be restored; then it is released',
  ),
  created_at: Timestamp,
  updated_at: Timestamp,
  holder_status: z
    .enum(['active', 'suspended'])
    .nullable()
    .describe('of the organization that holds the number'),
  inbound_voice: InboundVoice.nullable().describe(
    'how the organization that holds the number chose to have calls answered; null: as INBOUND_VOICE',
  ),
})
export type PhoneNumber = z.infer<typeof PhoneNumber>

/** What is known of a number's import at ElevenLabs; nobody outside is told. */
export const NumberImport = z.object({
  /** Why it is of no use, so that this server answers; null: it is as it is to be, as far as is known. */
  state: z.enum(['early', 'outdated', 'refused', 'unknown', 'gone']).nullable(),
  /** Of the Twilio token that it was made with. */
  token_hash: z.string().nullable(),
  /** Of the token of an import that was asked for when there was none, and whose id is not known yet. */
  begun_hash: z.string().nullable(),
  /** Whether one that is found may be of the time before the present token. */
  may_be_older: z.boolean(),
  /**
   * Where it had Twilio send calls, and tell of their ends; until that is read, where the import before it
   * had, or that of another number. Null: none of them was ever read.
   */
  voice_url: z.string().nullable(),
  status_url: z.string().nullable(),
  /** Whether they were read of this import. */
  urls_read: z.boolean(),
  /** Whether the last resort, where Twilio shows it, is none of this import: a server or a person set it. */
  last_resort_set: z.boolean(),
})

/** A number that is set up, for its organization or in the pool; as `private.is_live`. */
export function isLive(status: PhoneNumberStatus): boolean {
  return status === 'configured' || status === 'assigned'
}

/** A number that calls come to, and go out from, for its organization; as `private.is_in_service`. */
export function isInService(status: PhoneNumberStatus): boolean {
  return status === 'assigned'
}

/** What an organization is told about a number it holds, or about having none. */
export const LineStatus = z.enum(['active', 'pending', 'inactive', 'released', 'none'])
export type LineStatus = z.infer<typeof LineStatus>

export function lineStatusOf(status: PhoneNumberStatus): LineStatus {
  switch (status) {
    case 'assigned':
      return 'active'
    case 'purchasing':
    case 'purchased':
    case 'imported':
    case 'configured':
      return 'pending'
    case 'quarantined':
      return 'inactive'
    case 'released':
      return 'released'
    case 'failed':
      return 'none'
  }
}

/**
 * Whether a new number may send texts. US numbers must be registered with a carrier campaign first;
 * `usStatus` says what this deployment knows about that. Source: Twilio, error 30034 (A2P 10DLC).
 */
export function smsStatusOf(
  country: string,
  capabilities: Record<string, boolean>,
  usStatus: SmsStatus,
): SmsStatus {
  if (!capabilities.sms) return 'unsupported'
  return country === 'US' ? usStatus : 'ready'
}
