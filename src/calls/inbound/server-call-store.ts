import { z } from 'zod'
import { History } from '../../agent-memory/variables.ts'
import type { CarrierErrorKind } from '../../carriers/ports/carrier-error.ts'
import type { Database } from '../../database/db.ts'
import { guardOfDestination, type SpendingLimits } from '../../telephony/spending-limits.ts'
import { type InboundCall, Tenant } from '../call-store.ts'
import type { Onward } from './course.ts'

const Begun = z.discriminatedUnion('result', [
  z.object({
    result: z.literal('answer'),
    call_id: z.guid().nullable(),
    organization: Tenant,
    history: History,
    agent_id: z.string(),
    forward_to: z.string().nullable(),
  }),
  z.object({ result: z.enum(['not_in_service', 'busy', 'unknown_number']) }),
])
export type BegunVoiceCall = z.infer<typeof Begun>

const Forwarded = z.object({
  call_id: z.guid(),
  agent_id: z.string(),
  from: z.string(),
  to: z.string(),
  organization: Tenant,
  history: History,
})

type VoiceCall = Pick<InboundCall, 'providerCallId' | 'from' | 'to' | 'customer'> & {
  /** Null: no request brought it. */
  requestId: string | null
}

/** A call that is ringing; isAttested: the caller's carrier vouches for the number. */
export type RingingCall = VoiceCall & { isAttested: boolean }

export type VoiceStore = ReturnType<typeof createVoiceStore>

/** Calls that Twilio asks this server about. */
export function createVoiceStore(
  db: Database,
  options: {
    /** For numbers without an agent of their own. */
    agentId: string
    /** After how long a call whose end was not reported is looked up. */
    overdueMs: number
    /** Calls that are answered in an hour, of one caller and of all. */
    maxOfCaller: number
    maxOfNumber: number
    spending: SpendingLimits
  },
) {
  return {
    /** Records the call once per provider id; answers who speaks for whom, and what is known there. */
    begin: (call: RingingCall, signal: AbortSignal) =>
      db.rpc(
        'begin_voice_call',
        {
          ...call,
          agentId: options.agentId,
          pollMs: options.overdueMs,
          maxOfCaller: options.maxOfCaller,
          maxOfNumber: options.maxOfNumber,
        },
        Begun,
        { signal },
      ),
    /** The caller is to be put through. @throws AppError where that may not be, or cost so much */
    beginForward: (providerCallId: string, to: string, signal: AbortSignal) =>
      db.rpc(
        'begin_forward',
        { providerCallId, to, guard: guardOfDestination(to, options.spending) },
        z.object({ forwarded: z.literal(true) }),
        { signal },
      ),
    /** How the leg ended by which a caller was put through; `call`: where nobody answered, and it is known. */
    recordForwardEnd: (
      end: { providerCallId: string; seconds: number | null; isReached: boolean; onward: Onward },
      signal: AbortSignal,
    ) =>
      db.rpc(
        'record_forward_end',
        {
          providerCallId: end.providerCallId,
          seconds: end.seconds,
          reached: end.isReached,
          next: end.onward.steps[0] ?? null,
          agentId: options.agentId,
          isAttested: end.onward.isAttested,
        },
        z.object({ call: Forwarded.nullable() }),
        { signal },
      ),
    /** The name of the organization whose call it is; null: the call is not known. */
    organizationOf: (providerCallId: string, signal: AbortSignal) =>
      db
        .rpc(
          'organization_of_call',
          { providerCallId },
          z.object({ name: z.string().nullable() }),
          { signal },
        )
        .then(({ name }) => name),
    /** Its routing asks the caller for a message. */
    recordSentToVoicemail: (providerCallId: string, signal: AbortSignal) =>
      db.rpc('record_sent_to_voicemail', { providerCallId }, z.object({ recorded: z.boolean() }), {
        signal,
      }),
    /**
     * The caller heard an apology: a person is told, and the call ends without a conversation. `reason`: for
     * the organization (null: that no agent could answer); `error`: in the carrier's words, for operators; `errorKind`: what can be
     * done about it; null where that is not known.
     */
    recordNotRouted: (
      call: Pick<VoiceCall, 'providerCallId' | 'to'>,
      why: {
        reason: string | null
        error: string
        errorKind: CarrierErrorKind | 'refused_here' | null
      },
    ) =>
      db.rpc(
        'record_call_not_routed',
        { providerCallId: call.providerCallId, to: call.to, ...why },
        z.object({ recorded: z.boolean() }),
      ),
    /** The caller was to be put through to `to`, and may not be, for that `reason`: a person is told, once a call. */
    recordNotPutThrough: (refused: {
      callId: string
      to: string
      reason: string
      isTransfer: boolean
    }) => db.rpc('record_not_put_through', refused, z.object({ recorded: z.boolean() })),
    /** What Twilio tells of a call; only its end changes anything. */
    recordStatus: (providerCallId: string, status: string, durationSeconds: number | null) =>
      db.rpc(
        'record_call_status',
        { providerCallId, status, durationSeconds },
        z.object({ applied: z.boolean() }),
      ),
    /** Keeps where the caller's message can be heard, once; a person is told. */
    recordVoicemail: (call: VoiceCall, recordingUrl: string) =>
      db.rpc(
        'record_voicemail',
        { ...call, recordingUrl, pollMs: options.overdueMs },
        z.object({
          result: z.enum(['stored', 'duplicate', 'unknown_call']),
          organization_id: z.guid().nullish(),
        }),
      ),
  }
}
