import { z } from 'zod'
import { inUtc } from '../../database/timestamp.ts'
import { stuck } from './arrivals.ts'
import { cause } from './message.ts'
import { ended, RESOLVE, whose } from './words.ts'

/** A text that no organization got. */
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
  stuck,
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
    }),
    ({ organization_id, organization, number, customer, contact_id, agent_id, reason }) => ({
      what: `A text of ${customer} to ${number} of ${whose(organization)} was not ${reason.startsWith('answer_in_part') ? 'wholly ' : ''}answered by its agent${agent_id ? ` (${agent_id})` : ''}: ${ended(reason)}`,
      steps: [
        `Read it: GET /api/organizations/${organization_id}/messages?contactId=${contact_id}. Answer if somebody waits: POST /api/organizations/${organization_id}/messages.`,
        'If the agent is the cause: npm run setup:elevenlabs shows and repairs what it lacks. If a limit is: outbound_limits of the organization has customer_hourly_replies and daily_replies.',
        `To have no agent answer texts there: PATCH /api/organizations/${organization_id} {"settings": {"text_replies": "off"}}.`,
      ],
      end: 'The next text that an agent of the organization answers resolves this notification.',
    }),
  ),
}
