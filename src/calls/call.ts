import { z } from 'zod'
import { Timestamp } from '../database/timestamp.ts'
import { ReasonInWords } from '../telephony/failure-reason.ts'

export const CallDirection = z.enum(['inbound', 'outbound'])

export const CallStatus = z.enum(['initiating', 'unknown', 'in-progress', 'completed', 'failed'])

/** Why an outbound call comes from its number. */
export const CallNumberReason = z
  .enum(['requested', 'last_exchange', 'agent', 'default', 'newest', 'fallback'])
  .describe(
    'requested: by from; last_exchange: the number of the last call or text of this customer, either way; agent: it is answered by agentId; default: of the organization; newest: no other can call; fallback: of the deployment, because the organization has none',
  )

/** A machine that took a message is no answer. */
const AnsweredBy = z.enum(['person', 'voicemail', 'nobody'])

/** What became of a call whose agent was asked for a person. */
const TransferState = z
  .enum(['begun', 'answered', 'unanswered', 'failed', 'passed_on'])
  .nullable()
  .describe(
    'begun: the person’s phone is to ring; unanswered: the caller could leave a message; failed: the phone was not rung; passed_on: the voice platform did it, and reports no more',
  )

/** Source: ElevenLabs, conversation analysis, call_successful. */
export const CallOutcome = z.enum(['success', 'failure', 'unknown'])

/** Where a call is heard: on this server alone, whoever keeps it. */
export const RecordingPath = z
  .string()
  .nullable()
  .describe(
    'path on this server of the message on tape, or else of the conversation; null: there is none, or its time is over',
  )

/** A call as an organization reads it. */
export const Call = z
  .object({
    id: z.guid(),
    direction: CallDirection,
    status: CallStatus,
    from: z.string().describe('as it was told: a number, or what stands for a withheld one'),
    to: z.string(),
    from_fallback: z
      .boolean()
      .describe('from the default number: the organization had none of its own'),
    number_reason: CallNumberReason.nullable().describe(
      'why an outbound call came from its number; null: inbound',
    ),
    contact: z
      .object({ id: z.guid(), phone_number: z.string(), name: z.string().nullable() })
      .nullable()
      .describe('the customer; null where the caller id was withheld'),
    lead_id: z.string().nullable(),
    agent_id: z.string().nullable(),
    conversation_id: z.string().nullable(),
    call_sid: z.string().nullable(),
    started_at: Timestamp.nullable().describe('as reported at its end'),
    duration_seconds: z.int().nullable(),
    cost: z.int().nullable().describe('micro-dollars, what the agent cost'),
    summary: z.string().nullable(),
    outcome: CallOutcome.nullable().describe(
      'whether the agent reached what the call was for, as the voice platform judges it',
    ),
    answered_by: AnsweredBy.nullable().describe('null: not told'),
    transferred_to: z
      .string()
      .nullable()
      .describe('the person’s number to whom its agent handed the caller over; null: it did not'),
    transfer: TransferState,
    failure_reason: ReasonInWords,
    recording_url: RecordingPath,
    created_at: Timestamp,
  })
  .meta({ id: 'Call' })

export const Transcript = z
  .array(z.object({ role: z.enum(['user', 'agent']), message: z.string() }))
  .nullable()

export const Collected = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
  .nullable()
  .describe('what the agent collected, by the name of each field; null: nothing')

export const Evaluation = z
  .record(z.string(), z.object({ result: CallOutcome, rationale: z.string().nullable() }))
  .nullable()
  .describe('how the call met the criteria of its agent, by their names; null: none were reported')

export const CallWithTranscript = Call.extend({
  transcript: Transcript,
  collected: Collected,
  evaluation: Evaluation,
}).meta({ id: 'CallWithTranscript' })
