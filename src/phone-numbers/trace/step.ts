import { z } from 'zod'
import { Timestamp } from '../../database/timestamp.ts'
import { RoutingStep } from '../call-routing.ts'
import { PhoneNumberStatus } from '../phone-number.ts'
import type { Answering } from '../sync/number-urls.ts'
import type { CarriersNow } from './read-carriers.ts'
import type { RouteFacts } from './trace-store.ts'

const because = z.string()

/** One decision on the way of a text or a call. */
export const Step = z.discriminatedUnion('step', [
  z.object({
    step: z.literal('number'),
    result: z.enum([...PhoneNumberStatus.options, 'unknown']),
    because,
  }),
  z.object({
    step: z.literal('holder'),
    result: z.enum(['active', 'suspended', 'nobody']).describe('the status of its holder'),
    because,
  }),
  z.object({
    step: z.literal('text'),
    result: z
      .enum(['stored', 'refused', 'unverified', 'not_kept'])
      .describe(
        'unverified: it would be stored, and the carriers were not seen to send it here, or somebody else answers at PUBLIC_URL; not_kept: of a past time only the holder is',
      ),
    because,
  }),
  z.object({
    step: z.literal('call'),
    result: z
      .enum(['answered', 'neutral', 'not_in_service', 'not_ours', 'unverified', 'not_kept'])
      .describe(
        'answered: in the name of the holder; neutral: by an agent that speaks for no organization; not_in_service: our own route says so; not_ours: we are not asked; unverified: it would be answered, and the carriers were not seen to send it so, or to ask us for whom, or somebody else answers at PUBLIC_URL; not_kept: of a past time only the holder is',
      ),
    because,
  }),
  z.object({
    step: z.literal('course'),
    result: z
      .enum(['open', 'closed', 'no_hours'])
      .describe('whether it is open now; no_hours: no business hours are set'),
    because,
    tries: z.array(RoutingStep).describe('what is tried for the caller, one after the other'),
  }),
  z.object({ step: z.literal('agent'), result: z.enum(['speaks', 'none']), because }),
  z.object({
    step: z.literal('carriers'),
    result: z
      .enum(['verified', 'syncing', 'left_alone', 'different', 'not_asked', 'elsewhere'])
      .describe(
        'verified: read there just now; different: so was something else; not_asked: a carrier gave no answer; left_alone: Twilio shows another quarantine, or none; a notification says more; elsewhere: read there just now, and somebody else answers at PUBLIC_URL',
      ),
    because,
  }),
  z.object({
    step: z.literal('question'),
    result: z
      .enum(['us', 'refused', 'other', 'nobody', 'unknown'])
      .describe(
        'whom ElevenLabs asks before such a call, as it says now; refused: us, without our secret; unknown: it did not say, or at which of our addresses, of which somebody else answers at one',
      ),
    because,
  }),
  z.object({
    step: z.literal('report'),
    result: z
      .enum(['us', 'lost', 'unknown'])
      .describe(
        "who hears of the call's end, as ElevenLabs says now; lost: not we, so its end is known late; unknown: it did not say, or at which of our addresses, of which somebody else answers at one",
      ),
    because,
  }),
  z.object({
    step: z.literal('reply'),
    result: z
      .enum([
        'agent',
        'off',
        'paused',
        'opted_out',
        'number_given_up',
        'number_not_ready',
        'country',
      ])
      .describe(
        'whether an agent would answer a text of this customer that comes now; country: the organization does not text that of the customer',
      ),
    because,
  }),
  z.object({
    step: z.literal('memory'),
    result: z.enum(['loaded', 'none', 'not_kept']),
    because,
  }),
])
export type Step = z.infer<typeof Step>
export type QuestionStep = Extract<Step, { step: 'question' }>
export type ReportStep = Extract<Step, { step: 'report' }>

export const Routing = z.object({
  voiceUrl: z.string(),
  smsUrl: z.string(),
  agentId: z.string().nullable(),
  verified: z
    .boolean()
    .describe(
      'whether the carriers were just seen to have it so, and nobody else is known to answer at PUBLIC_URL',
    ),
  verifiedAt: Timestamp.nullable().describe(
    'when this server last saw it so; null: never, as far as is kept',
  ),
})
export type Routing = z.infer<typeof Routing>

export interface Question {
  to: string
  from: string | undefined
  customer: string | null
  isPast: boolean
  facts: RouteFacts
  answering: Answering
  /** Undefined: of a past time, or of a number that the carriers need not be asked about. */
  carriersNow: CarriersNow | undefined
  defaultOrganizationName: string
  /** Why nothing that the carriers send to PUBLIC_URL comes here, in a sentence; undefined where it does, as far as is known. */
  elsewhere: string | undefined
}
