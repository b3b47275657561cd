import { z } from 'zod'
import { Tenant as AgentTenant } from '../agent-memory/tenant.ts'
import { History } from '../agent-memory/variables.ts'
import type { CallEnd } from '../carriers/ports/arrivals.ts'
import type { Config } from '../config/config.ts'
import type { Database } from '../database/db.ts'
import { Timestamp } from '../database/timestamp.ts'
import { CallRouting } from '../phone-numbers/call-routing.ts'
import type { InboundVoice } from '../phone-numbers/phone-number.ts'
import type { Actor } from '../platform/actor.ts'
import { ReasonInWords } from '../telephony/failure-reason.ts'
import { guardOfDestination, type SpendingLimits } from '../telephony/spending-limits.ts'
import { CallNumberReason, CallStatus } from './call.ts'
import { createReportStore, type RecordUnread, takingUnread } from './reports/report-store.ts'

export interface InboundCall {
  /** Null: not told; without the conversation's either the call is answered, and not recorded. */
  providerCallId: string | null
  conversationId: string | null
  agentId: string | null
  from: string
  to: string
  /** The caller as E.164; null when withheld. */
  customer: string | null
  requestId: string
}

const Retried = z.object({
  /** none: nothing is due; kept: for another time, or a person was told. */
  result: z.enum(['none', 'kept', 'applied']),
  error: z.string().optional(),
})

export interface OutboundRequest {
  /** The call's id to be; a repeat with the same finds it. */
  id: string
  actor: Actor
  organizationId: string
  to: string
  /** The organization's own number and agent that the request chose; null: as `numberReason` says. */
  from: string | null
  agentId: string | null
  /** It is wanted also where the same call was asked for just now. */
  insists: boolean
  leadId: string | null
  customerName: string | null
  /** What the agent is told of it; nothing of that is kept. */
  reason?: string | undefined
  variables?: Record<string, string> | undefined
  requestId: string
}

export const RecordedCall = z.object({
  id: z.guid(),
  organization_id: z.guid(),
  direction: z.enum(['inbound', 'outbound']),
  status: CallStatus,
  conversation_id: z.string().nullable(),
  provider_call_id: z.string().nullable(),
  agent_id: z.string().nullable(),
  from_number: z.string(),
  to_number: z.string(),
  from_fallback: z.boolean(),
  number_reason: CallNumberReason.nullable(),
  failure_reason: ReasonInWords,
  poll_attempts: z.int(),
  created_at: Timestamp,
})
export type RecordedCall = z.infer<typeof RecordedCall>

/** `poll_failing`: the last look at it failed. */
const CallToPoll = RecordedCall.extend({ poll_failing: z.boolean() })
export type CallToPoll = z.infer<typeof CallToPoll>

/** What an agent needs of the organization it speaks for, and where its calls go: of the number, or else of all. */
export const Tenant = AgentTenant.extend({ routing: CallRouting.optional().catch(undefined) })
const Begun = z.union([
  z.object({ organization: z.null() }),
  z.object({ organization: Tenant, history: History, call_id: z.guid().nullable() }),
])
const BegunOutbound = z.discriminatedUnion('dial', [
  z.object({ dial: z.literal(false), call: RecordedCall }),
  z.object({
    dial: z.literal(true),
    call: RecordedCall,
    elevenlabs_phone_id: z.string(),
    organization: Tenant,
    history: History,
  }),
])

export interface CallStoreOptions {
  agentId: string
  /** Calls of organizations without a number, where the deployment has one for them. */
  fallback: { phoneNumber: string; elevenLabsPhoneId: string } | undefined
  /** After how long a call whose end was not reported is looked up. */
  overdueMs: number
  /** After how long, and how often, an unanswered request to dial is looked up. */
  pollMs: number
  spending: SpendingLimits
  /** Who answers where an organization has not chosen. */
  inboundVoice: InboundVoice
}

export function callStoreOptions({ calls, elevenLabs, spending, voice }: Config): CallStoreOptions {
  const { fallback, overdueMs, pollMs } = calls
  const { agentId } = elevenLabs
  return { fallback, overdueMs, pollMs, agentId, spending, inboundVoice: voice.inbound }
}

export type CallStore = ReturnType<typeof createCallStore>

export function createCallStore(
  db: Database,
  options: CallStoreOptions,
  recordUnread: RecordUnread,
) {
  const { fallback } = options
  /** Null for a call that was erased meanwhile with its contact. */
  const recordOutbound = (
    callId: string,
    status: z.infer<typeof CallStatus>,
    reported: { conversationId?: string | null; providerCallId?: string | null; reason?: string },
  ) =>
    db
      .rpc(
        'record_outbound_call',
        {
          callId,
          status,
          conversationId: reported.conversationId ?? null,
          providerCallId: reported.providerCallId ?? null,
          failureReason: reported.reason ?? null,
          pollMs: status === 'unknown' ? options.pollMs : options.overdueMs,
        },
        z.object({ call: RecordedCall.nullable() }),
      )
      .then(({ call }) => call)

  return {
    /** Records an inbound call once per provider id; answers whose it is and what is known there. */
    beginInbound: (call: InboundCall, signal: AbortSignal) =>
      db.rpc('begin_inbound_call', { ...call, pollMs: options.overdueMs }, Begun, { signal }),

    /**
     * Checks and records an outbound call; `dial` is false for a repeat of one that was dialled.
     * `isImported`: a number that has to be imported first is passed over, where there is another.
     */
    beginOutbound: (
      { reason: _, variables: __, ...request }: OutboundRequest,
      isImported = false,
    ) =>
      db.rpc(
        'begin_outbound_call',
        {
          ...request,
          imported: isImported,
          fallback: fallback
            ? {
                phone_number: fallback.phoneNumber,
                elevenlabs_phone_id: fallback.elevenLabsPhoneId,
              }
            : null,
          defaultAgentId: options.agentId,
          pollMs: options.pollMs,
          guard: guardOfDestination(request.to, options.spending),
        },
        BegunOutbound,
      ),
    recordDialed: (
      callId: string,
      ids: { conversationId: string | null; providerCallId: string | null },
    ) => recordOutbound(callId, 'in-progress', ids),
    recordUnknown: (callId: string) => recordOutbound(callId, 'unknown', {}),
    recordRefused: (callId: string, reason: string) => recordOutbound(callId, 'failed', { reason }),

    ...takingUnread(createReportStore(db, options), recordUnread),
    /** Those of the conversations that no call and no kept event knows. */
    unknownAmong: (conversationIds: string[]) =>
      db
        .rpc('unknown_conversations', { conversationIds }, z.object({ ids: z.array(z.string()) }))
        .then(({ ids }) => ids),
    /** Tries the kept event that has been due for the longest; `error`: why it could not be applied. */
    retryDeferred: () => db.rpc('retry_deferred_event', {}, Retried),
    /** Has the others go first, where the next kept event could not be tried. */
    async putOffDeferred(error: string): Promise<void> {
      await db.rpc('put_off_deferred_event', { error }, z.object({}))
    },
    claimToPoll: (limit: number) =>
      db
        .rpc(
          'claim_calls_to_poll',
          { limit, againMs: options.pollMs },
          z.object({ calls: z.array(CallToPoll) }),
        )
        .then(({ calls }) => calls),
    countPoll: (callId: string) =>
      db.rpc('count_call_poll', { callId }, z.object({ counted: z.boolean() })),
    /** A look that fails though the carrier answers others: a person is told after an hour, and it ends after a day. */
    recordPollFailed: (callId: string, error: string) =>
      db.rpc(
        'record_call_poll_failed',
        { callId, error, inboundVoice: options.inboundVoice },
        z.object({ stopped: z.boolean() }),
      ),
    async endPollFailing(callId: string): Promise<void> {
      await db.rpc('end_call_poll_failing', { callId }, z.object({}))
    },
    /** `isFound`: the voice platform knows the call; `end`: the telephone company has ended it. */
    stopPolling: (callId: string, { isFound, end }: { isFound: boolean; end?: CallEnd }) =>
      db.rpc(
        'stop_polling_call',
        {
          callId,
          found: isFound,
          inboundVoice: options.inboundVoice,
          phoneStatus: end?.status ?? null,
          phoneSeconds: end?.durationSeconds ?? null,
        },
        z.object({ stopped: z.boolean() }),
      ),
  }
}
