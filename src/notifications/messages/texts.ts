import { z } from 'zod'
import { inUtc } from '../../database/timestamp.ts'
import { stuck } from './arrivals.ts'
import { cause } from './message.ts'
import { ended, RESOLVE, whose } from './words.ts'

/** A text that no organization got, or of which nobody knows whether it was sent. */
export const smsRoutingFailed = {
  unheld: cause(z.object({ number: z.string(), is_ours: z.boolean() }), ({ number, is_ours }) => {
    const give = is_ours
      ? `POST /api/admin/phone-numbers/${number}/assign {"organizationId": "<its id>"}`
      : `POST /api/admin/phone-numbers {"phoneNumber": "${number}", "organizationId": "<its id>"}`
    return {
      what: `A text to ${number} was refused and not stored: no organization holds that number.`,
      steps: [
        `If it is for one of our organizations, give it the number: ${give}.`,
        `If it is not for us, clear "A message comes in" at Twilio Console > Phone Numbers > Active numbers > ${number}, and resolve this notification.`,
      ],
    }
  }),
  missed: cause(
    z.object({ number: z.string(), provider_id: z.string(), at: z.string() }),
    ({ number, provider_id, at }) => ({
      what: `A text to ${number} of ${inUtc(at)} came while the server or its database did not answer. It is not stored: nobody held the number then, or it is unclear who did. A STOP counts for the organization that held the number last.`,
      steps: [
        `Read it at Twilio Console > Monitor > Logs > Messaging, ${provider_id}. Answer if somebody waits.`,
        `See whose the number is: GET /api/admin/routes/explain?to=${number}.`,
        RESOLVE,
      ],
    }),
  ),
  outcome_unread: cause(
    z.object({
      message_id: z.string(),
      organization: z.string().nullable(),
      number: z.string(),
      customer: z.string(),
      error: z.string(),
      given_up: z.boolean(),
    }),
    ({ message_id, organization, number, customer, error, given_up }) => ({
      what: `Nobody can tell whether text ${message_id} of ${whose(organization)}, from ${number} to ${customer}, was sent: ${ended(error)}`,
      steps: [
        'Look for it at Twilio Console > Monitor > Logs > Messaging. Send it again if it is not there.',
        'Repair the cause if the reason names one.',
        RESOLVE,
      ],
      end: given_up
        ? 'The server tried for a day. It is not tried any more.'
        : 'The server goes on trying for a day. This resolves by itself as soon as it succeeds.',
    }),
  ),
  stuck,
}

const RESOLVED_BY = {
  customer: 'The next text to this customer, by an agent or a person, resolves this notification.',
  agent: 'The next text of the organization that this agent answers resolves this notification.',
  organization:
    'The next text that an agent of the organization answers resolves this notification.',
}

/** A text that an agent was to answer, and did not. */
export const textReplyFailed = {
  '': cause(
    z.object({
      organization_id: z.string(),
      organization: z.string().nullable(),
      number: z.string(),
      customer: z.string(),
      contact_id: z.string(),
      agent_id: z.string().nullable(),
      reason: z.string(),
      /** Of whom it tells; agent, organization: whoever had texted would not have been answered. */
      failed_for: z.enum(['customer', 'agent', 'organization']).optional(),
    }),
    ({
      organization_id,
      organization,
      number,
      customer,
      contact_id,
      agent_id,
      reason,
      failed_for,
    }) => ({
      what: `A text of ${customer} to ${number} of ${whose(organization)} was not ${reason.startsWith('answer_in_part') ? 'wholly ' : ''}answered by its agent${agent_id ? ` (${agent_id})` : ''}: ${ended(reason)}`,
      steps: [
        `Read it: GET /api/organizations/${organization_id}/messages?contactId=${contact_id}. Answer if somebody waits: POST /api/organizations/${organization_id}/messages.`,
        cureOf(reason, agent_id),
        `To have no agent answer texts there: PATCH /api/organizations/${organization_id} {"settings": {"text_replies": "off"}}.`,
      ],
      end: RESOLVED_BY[failed_for ?? 'customer'],
    }),
  ),
}

/** The limits of the organization, by why its agent was not asked: its own in outbound_limits, and the setting for all. */
const RAISED: Record<string, [own: string, setting: string]> = {
  replies_to_customer: ['customer_hourly_replies', 'TEXT_REPLIES_PER_CUSTOMER_HOUR'],
  replies_in_a_day: ['daily_replies', 'TEXT_REPLIES_PER_DAY'],
  machine_talk: ['replies_in_a_row', 'TEXT_REPLIES_IN_A_ROW'],
  daily_texts_reached: ['daily_segments', 'OUTBOUND_DAILY_SEGMENTS'],
  texts_too_fast: ['segments_per_minute', 'OUTBOUND_SEGMENTS_PER_MINUTE'],
  customer_texts_reached: ['customer_daily_segments', 'OUTBOUND_CUSTOMER_DAILY_SEGMENTS'],
  daily_spend_reached: ['daily_spend', 'OUTBOUND_DAILY_SPEND'],
  account_spend_reached: ['account_daily_spend', 'NEW_ACCOUNT_DAILY_SPEND'],
}

/** What there is to do about the limit, or the agent, that kept a text from being answered. */
function cureOf(reason: string, agentId: string | null): string {
  const agent = agentId ?? '(unknown)'
  const raised = RAISED[reason]
  if (raised) {
    const [own, setting] = raised
    return `If such texts are to be answered, raise settings.outbound_limits.${own} of the organization, or ${setting} in .env.`
  }
  if (reason === 'deployment_spend_reached')
    return 'If what was spent is right (GET /api/admin/usage), raise OUTBOUND_DEPLOYMENT_DAILY_SPEND in .env and restart the server.'
  if (reason === 'replies_of_shared_agent')
    return `Agent ${agent} is for everybody, and texts may take SHARED_AGENT_DAILY_REPLIES of its conversations in a day, so that calls keep theirs. Raise that in .env and "Daily call limit" of the agent in ElevenLabs' dashboard by as much, restart the server, or make the organization an agent of its own (POST /api/agents).`
  if (reason === 'replies_of_agent')
    return `The limit of conversations of agent ${agent} leaves texts no more room: calls have their part first (GET /api/agents/${agent} shows daily_replies). Raise "Daily call limit" of the agent in ElevenLabs' dashboard, then send PATCH /api/agents/${agent} with its own name. An agent that a new account made answers no texts until it is new no longer, unless you raise that limit.`
  if (reason === 'take_over_failed')
    return 'The same list says why the text of the person failed (failure_reason). Send it again, or call the customer.'
  if (reason === 'country_not_texted')
    return 'If such texts are to be answered, add the country to settings.outbound_countries of the organization, or to OUTBOUND_COUNTRIES in .env.'
  if (reason === 'telephone_company_account' || reason === 'telephone_company_denied')
    return 'Twilio refuses this server: npm run doctor shows why, and what there is to do.'
  if (reason.startsWith('telephone_company_'))
    return "npm run doctor shows whether Twilio takes this server's requests by now. If it refused this text, read why at Twilio Console > Monitor > Logs > Messaging."
  if (reason === 'reply_too_late' || reason === 'reply_unsent')
    return 'If this server, Twilio or ElevenLabs was away, nothing else is to be done. If not, the log of the server says what it was waiting for.'
  if (AT_THE_AGENT.has(reason))
    return `If agent ${agent} has had as many conversations as it may, past this server or in calls: raise "Daily call limit" of it in ElevenLabs' dashboard. If it lacks something: npm run setup:elevenlabs shows and repairs that.`
  return 'If the agent is the cause: npm run setup:elevenlabs shows and repairs what it lacks.'
}

/** ElevenLabs does not document with what it refuses a conversation beyond a limit. */
const AT_THE_AGENT = new Set(['voice_platform_rate_limited', 'voice_platform_rejected'])
