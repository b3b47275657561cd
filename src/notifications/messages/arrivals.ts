import { z } from 'zod'
import { inUtc } from '../../database/timestamp.ts'
import { cause } from './message.ts'
import { ended } from './words.ts'

const KINDS = {
  text: 'text',
  call: 'call',
  voicemail: 'recorded message',
  conversation: 'conversation',
}

/** ElevenLabs does not tell an agent's conversations, or not in a way that can be read. */
const unlisted = ({
  provider_id,
  at,
  error,
}: {
  provider_id: string
  at: string
  error: string
}) => ({
  what: `ElevenLabs' list of the conversations of agent ${provider_id} since ${inUtc(at)} cannot be read: ${ended(error)} A call of that agent that no webhook reports is missing.`,
  steps: [
    `See whether the agent exists, and who may read its conversations: ElevenLabs Dashboard > Agents > ${provider_id}.`,
    'Repair the cause if the reason names one.',
  ],
  end: 'The server goes on trying. This resolves by itself as soon as it succeeds.',
})

/**
 * A text, call, recording or conversation that a carrier lists and that cannot be taken in here; or an
 * agent whose conversations cannot be listed.
 */
export const stuck = cause(
  z.object({
    kind: z.enum(['text', 'call', 'voicemail', 'conversation', 'agent']),
    number: z.string().nullable(),
    provider_id: z.string(),
    at: z.string(),
    error: z.string(),
    given_up: z.boolean(),
  }),
  ({ kind, number, provider_id, at, error, given_up }) => {
    if (kind === 'agent') return unlisted({ provider_id, at, error })
    const [carrier, place] =
      kind === 'conversation'
        ? ['ElevenLabs', 'ElevenLabs Dashboard > Conversations']
        : ['Twilio', 'Twilio Console > Monitor > Logs']
    const to = number ? ` to ${number}` : ''
    return {
      what: `A ${KINDS[kind]}${to} of ${inUtc(at)} is listed at ${carrier} as ${provider_id}, and the server cannot take it in: ${ended(error)}`,
      steps: [
        `Read it at ${place}, ${provider_id}. Answer if somebody waits.`,
        'Repair the cause if the reason names one.',
        ...(given_up ? ['Resolve this notification.'] : []),
      ],
      end: given_up
        ? 'The server tried for a day. It is not tried any more.'
        : 'The server goes on trying for a day. This resolves by itself as soon as it succeeds.',
    }
  },
)
