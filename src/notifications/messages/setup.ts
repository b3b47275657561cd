import { z } from 'zod'
import { cause } from './message.ts'
import { ordered } from './orders.ts'
import { ended, whose } from './words.ts'

const NOTHING_TO_DO = 'Nothing to do: it is tried again by itself, and this resolves'

/** What did not succeed yet and is tried again by itself. */
export const phoneSetupFailed = {
  order: cause(
    z.object({
      order_id: z.string(),
      organization: z.string().nullable(),
      number: z.string().nullable(),
      step: z.string(),
      error: z.string().nullable(),
    }),
    ({ order_id, organization, number, step, error }) => ({
      what: `The ${ordered(number, organization)} is delayed at the step "${step}": ${ended(error ?? 'the reason is not known')}`,
      end: `${NOTHING_TO_DO} when the number is live. GET /api/admin/orders shows how far order ${order_id} is.`,
    }),
  ),
  sync: cause(
    z.object({
      number: z.string(),
      number_status: z.string(),
      organization: z.string().nullable(),
      organization_status: z.string().nullable(),
      error: z.string(),
    }),
    ({ number, number_status, organization, organization_status, error }) => ({
      what: `${number} (${number_status === 'quarantined' ? 'nobody' : whose(organization)}) is not set up yet as it should be while the ${organization_status ? `organization is ${organization_status}` : `number is ${number_status}`}: ${ended(error)}`,
      end: `${NOTHING_TO_DO} when it is. If it goes on, compare Twilio Console > Phone Numbers > Active numbers > ${number} and ElevenLabs Dashboard > Phone Numbers > ${number} with the reason above.`,
    }),
  ),
  release: cause(z.object({ number: z.string(), error: z.string() }), ({ number, error }) => ({
    what: `The quarantine of ${number} is over, but its release to Twilio is delayed: ${ended(error)}`,
    end: `${NOTHING_TO_DO} when it is done.`,
  })),
  agent_change: cause(
    z.object({
      agent_id: z.string(),
      agent_name: z.string(),
      organization: z.string().nullable(),
      attempts: z.int(),
      changes: z.array(z.string()),
      error: z.string(),
    }),
    ({ agent_id, agent_name, organization, attempts, changes, error }) => ({
      what: `A change of agent ${agent_id} ("${agent_name}") of ${whose(organization)} (${changes.map(changed).join(', ')}) was sent to ElevenLabs ${attempts} times, and it is unclear whether ElevenLabs made it: ${ended(error)}`,
      steps: [
        `ElevenLabs Dashboard > Agents > ${agent_name}: check whether these can be changed there. If they cannot, ask ElevenLabs' support.`,
        `Or change them anew: PATCH /api/agents/${agent_id}. What it sets replaces the same in this change; the rest goes along.`,
      ],
      end: 'The server tries it again once an hour. This resolves when ElevenLabs makes the change or refuses it.',
    }),
  ),
  transfer: cause(
    z.object({
      agent_id: z.string(),
      agent_name: z.string(),
      organization: z.string().nullable(),
      number: z.string().nullable(),
    }),
    ({ agent_id, agent_name, organization, number }) => ({
      what: `ElevenLabs refused to let agent ${agent_id} ("${agent_name}") of ${whose(organization)} hand callers over to ${number ?? 'nobody any more'}.`,
      steps: [
        `ElevenLabs Dashboard > Agents > ${agent_name} > Tools: check whether this can be changed there. If it cannot, ask ElevenLabs' support.`,
      ],
      end: 'The server tries it again once a day, and whenever settings.transfer_to changes. This resolves when ElevenLabs takes it.',
    }),
  ),
  replies: cause(
    z.object({
      agent_id: z.string(),
      agent_name: z.string(),
      organization: z.string().nullable(),
      replies: z.int().describe('texts in a day'),
    }),
    ({ agent_id, agent_name, organization, replies }) => ({
      what: `ElevenLabs refused to give agent ${agent_id} ("${agent_name}") of ${whose(organization)} ${replies === 0 ? 'the daily limit that it has without texts' : `room for ${replies} texts a day beside its calls`}.`,
      steps: [
        `ElevenLabs Dashboard > Agents > ${agent_name}: check whether "Daily call limit" can be changed there. If it cannot, ask ElevenLabs' support.`,
      ],
      end: 'The server tries it again once a day, and whenever settings.text_replies changes. This resolves when ElevenLabs takes it.',
    }),
  ),
  refused_text: cause(
    z.object({
      number: z.string(),
      organization_id: z.string(),
      error: z.string().nullable(),
      /** Of Twilio's; facts from before it was stored have none. */
      error_code: z.string().nullish(),
    }),
    ({ number, organization_id, error, error_code: code }) => ({
      what: `A text from ${number} was refused: ${ended(error ?? 'Twilio gave no reason')}${code ? ` Twilio's error is ${code}.` : ''} The number sends none for a day.`,
      end: `PATCH /api/organizations/${organization_id} with its messaging_service_sid, even the same, lets it send again and resolves this.`,
    }),
  ),
  texting: cause(
    z.object({ number: z.string(), organization: z.string().nullable(), error: z.string() }),
    ({ number, organization, error }) => ({
      what: `The number ${number} of ${organization === null ? 'nobody' : whose(organization)} is not in the Messaging Service it should be in: ${ended(error)}`,
      end: `${NOTHING_TO_DO} when it is.`,
    }),
  ),
  messaging_service: cause(
    z.object({ organization: z.string().nullable(), error: z.string() }),
    ({ organization, error }) => ({
      what: `The numbers of ${organization === null ? 'the organizations that share a Messaging Service' : whose(organization)} cannot text: ${ended(error)}`,
      end: 'The server checks it again by itself, and this resolves when it is done.',
    }),
  ),
}

const changed = (field: string) =>
  field === 'few_calls_over' || field === 'replies' ? 'conversations in a day' : field
