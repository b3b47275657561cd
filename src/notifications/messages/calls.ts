import { z } from 'zod'
import { inUtc } from '../../database/timestamp.ts'
import { stuck } from './arrivals.ts'
import { cause } from './message.ts'
import { ended, RESOLVE, sentences, whose } from './words.ts'

/** A call that no agent answered. */
export const callRoutingFailed = {
  unknown_number: cause(z.object({ number: z.string() }), ({ number }) => ({
    what: `A call to ${number} reached this server and was refused: that number is not one of ours.`,
    steps: [
      `If it is ours, enter it: POST /api/admin/phone-numbers {"phoneNumber": "${number}", "organizationId": "<its id>"}.`,
      `If it is not for us, point "A call comes in" elsewhere at Twilio Console > Phone Numbers > Active numbers > ${number}.`,
      RESOLVE,
    ],
  })),
  not_routed: cause(
    z.object({
      number: z.string(),
      organization: z.string().nullable(),
      customer: z.string().nullable(),
      call_id: z.string().nullable(),
      recording: z
        .string()
        .nullable()
        .describe(
          'a path of this server, or, of a call that is not known, what the carrier calls it',
        ),
      reason: z.string(),
      error_kind: z.string().nullish(),
      agent_id: z.string().nullable(),
      agent_daily_calls: z.int().nullable(),
      agent_daily_calls_until: z.string().nullable(),
    }),
    ({ number, organization, customer, call_id, recording, reason, error_kind, ...agent }) => ({
      what: sentences(
        `A call to ${number}${organization ? ` of ${whose(organization)}` : ''} heard an apology instead of its agent: ${ended(reason)}`,
        recording ? `The caller${customer ? `, ${customer},` : ''} left a message.` : undefined,
      ),
      steps: [
        cureOf(error_kind, agent),
        ...(recording ? [listening(recording)] : []),
        `Call the customer back if needed: call ${call_id ?? '(not recorded)'}.`,
        `${RESOLVE} The next call is tried anew.`,
      ],
    }),
  ),
  not_put_through: cause(
    z.object({
      number: z.string(),
      organization: z.string().nullable(),
      destination: z.string(),
      call_id: z.string(),
      is_transfer: z.boolean(),
      reason: z.string(),
    }),
    ({ number, organization, destination, call_id, is_transfer, reason }) => ({
      what: sentences(
        `A caller of ${number} of ${whose(organization)} ${is_transfer ? 'asked the agent for a person' : 'was to be put through'}, and ${destination} did not ring: ${ended(reason)}`,
      ),
      steps: [
        ROOM,
        `See what became of the caller, and call back if needed: call ${call_id}.`,
        `${RESOLVE} The next call is tried anew.`,
      ],
    }),
  ),
  missed: cause(
    z.object({ number: z.string(), provider_id: z.string(), at: z.string() }),
    ({ number, provider_id, at }) => ({
      what: `A call to ${number} of ${inUtc(at)} came while the server or its database did not answer. It is not recorded: nobody held the number then, or it is unclear who did.`,
      steps: [
        `See who called, and whether they left a message: Twilio Console > Monitor > Logs > Calls, ${provider_id}.`,
        'Call back if needed.',
        RESOLVE,
      ],
    }),
  ),
  stuck,
}

/** For whom a limit, or a number, keeps from a person. */
const ROOM =
  'Raise that limit, or have the organization name another number (settings.routing, fallback_forward_to, transfer_to).'

function listening(recording: string): string {
  return recording.startsWith('/')
    ? `Listen to the message: GET ${recording} (with an admin key, or as a member of the organization).`
    : `Listen to the message: Twilio Console > Monitor > Logs > Call recordings, ${recording}.`
}

/**
 * ElevenLabs takes no more calls of an agent beyond its limits. Which of them it was is not documented, so the daily one
 * is named where this agent has one of its own.
 */
function cureOf(
  errorKind: string | null | undefined,
  agent: {
    agent_id: string | null
    agent_daily_calls: number | null
    agent_daily_calls_until: string | null
  },
): string {
  if (errorKind === 'refused_here') return ROOM
  if (errorKind !== 'rate_limited') {
    return 'If ElevenLabs is the cause: see https://status.elevenlabs.io, check ELEVENLABS_API_KEY, and check that the agent uses μ-law 8000 Hz in both directions (npm run setup:elevenlabs repairs that). If the database is: GET /readyz.'
  }
  const { agent_id, agent_daily_calls, agent_daily_calls_until } = agent
  if (agent_daily_calls === null || agent_daily_calls_until === null) {
    return `Agent ${agent_id ?? '(unknown)'} has as many conversations as it may. Raise its daily or concurrent limit in ElevenLabs' dashboard (new agents get AGENT_DAILY_CALLS and AGENT_CONCURRENCY), or the plan's.`
  }
  return `Agent ${agent_id} was made by a new account. It has a daily limit of ${agent_daily_calls} conversations until ${inUtc(agent_daily_calls_until)}. Raise "Daily call limit" of that agent in ElevenLabs' dashboard. For later agents, raise NEW_ORGANIZATION_AGENT_CALLS with NEW_ACCOUNT_DAILY_SPEND, or make the agent as an operator (POST /api/agents), which sets no such limit.`
}

/** The end of a call that is not known here. */
export const postCallMissed = {
  end_not_reported: cause(
    z.object({
      call_id: z.string(),
      direction: z.enum(['inbound', 'outbound']),
      organization: z.string().nullable(),
      number: z.string(),
      customer: z.string().nullable(),
      conversation_id: z.string().nullable(),
      found: z.boolean(),
    }),
    ({ call_id, direction, organization, number, customer, conversation_id, found }) => {
      const caller = customer ?? '(unknown)'
      const [from, to] = direction === 'inbound' ? [caller, number] : [number, caller]
      const why = found
        ? 'ElevenLabs has a conversation that is not finished, or that could not be stored.'
        : 'ElevenLabs has no finished conversation of it.'
      return {
        what: `The end of ${direction} call ${call_id} of ${whose(organization)}, from ${from} to ${to}, was not reported. ${why} Transcript and summary are missing.`,
        steps: [
          `Find it at ElevenLabs Dashboard > Conversations (${conversation_id ? `conversation ${conversation_id}` : 'without a conversation id'}).`,
          'If more calls are missing, run npm run setup:elevenlabs: it repairs the post-call webhook.',
          RESOLVE,
        ],
        end: 'A report that still comes is applied.',
      }
    },
  ),
  end_unread: cause(
    z.object({
      call_id: z.string(),
      direction: z.enum(['inbound', 'outbound']),
      organization: z.string().nullable(),
      number: z.string(),
      customer: z.string().nullable(),
      conversation_id: z.string().nullable(),
      error: z.string(),
      given_up: z.boolean(),
    }),
    ({ call_id, direction, organization, number, customer, conversation_id, error, given_up }) => ({
      what: `What became of ${direction} call ${call_id} of ${whose(organization)}, between ${number} and ${customer ?? '(unknown)'}, cannot be read: ${ended(error)}`,
      steps: [
        `Find it at ElevenLabs Dashboard > Conversations (${conversation_id ? `conversation ${conversation_id}` : 'without a conversation id'}).`,
        'Repair the cause if the reason names one.',
        RESOLVE,
      ],
      end: given_up
        ? 'The server tried for a day. It is not tried any more. A report that still comes is applied.'
        : 'The server goes on trying for a day. A report that still comes is applied.',
    }),
  ),
  report_dropped: cause(
    z.object({
      conversation_id: z.string().nullable(),
      number: z.string().nullable(),
      error: z.string().nullable(),
    }),
    ({ conversation_id, number, error }) => ({
      what: `ElevenLabs reported the end of conversation ${conversation_id} on our number ${number ?? '(none)'}, but ${error === null ? 'it was unclear which call of which organization it was' : `it could not be stored (${error})`}. The report was dropped after a day.`,
      steps: [
        `See who called and what was said: ElevenLabs Dashboard > Conversations > ${conversation_id}.`,
        'See who holds the number now: GET /api/admin/phone-numbers. If one of ours is missing there, enter it: POST /api/admin/phone-numbers.',
        RESOLVE,
      ],
      end: 'Nothing follows by itself.',
    }),
  ),
  stuck,
}
