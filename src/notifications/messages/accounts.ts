import { z } from 'zod'
import { type Apis, cause } from './message.ts'
import { ended, whose } from './words.ts'

const CHECKS = {
  twilio:
    'Twilio Console > Account Info and Billing: check that the account is active and has money, and that TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN in .env are the ones shown there.',
  elevenlabs:
    'ElevenLabs Dashboard > Developers > API keys and Subscription: check that the plan is active, and that ELEVENLABS_API_KEY in .env is a key shown there.',
}

export const accountProblem = {
  '': cause(
    z.object({ carrier: z.enum(['twilio', 'elevenlabs']), error: z.string() }),
    ({ carrier, error }) => ({
      what: `${ended(error)} Orders for numbers and changes of numbers wait where they need this carrier.`,
      steps: [CHECKS[carrier], 'After a change of .env, restart the server.'],
      end: 'Everything then goes on by itself, and this resolves by itself.',
    }),
  ),
}

/** Of which ElevenLabs, or Twilio, has something left of an erased customer. */
export const erasureFailed = {
  '': cause(
    z.object({
      organization: z.string().nullable(),
      kind: z.enum(['message', 'call', 'conversation']),
      provider_id: z.string(),
      error: z.string(),
    }),
    ({ organization, kind, provider_id, error }, apis) => ({
      what: `A contact of ${whose(organization)} was erased, but ${kind === 'conversation' ? 'ElevenLabs' : 'Twilio'} still has its ${kind} ${provider_id}: ${ended(error)}`,
      steps: [
        kind === 'conversation'
          ? 'Check that ELEVENLABS_API_KEY may write ElevenLabs Agents (ElevenLabs Dashboard > Developers > API keys).'
          : 'Check that TWILIO_AUTH_TOKEN is good (Twilio Console > Account Info). If Twilio says that it is not complete though it is long over, ask its support.',
        `Or erase it yourself: ${erasing(kind, provider_id, apis)}`,
      ],
      end: 'The server tries it again once a day, as it does others that failed. This resolves when all are gone.',
    }),
  ),
}

/** Of a call whose recording is to be gone, which a carrier still has. */
export const recordingDeletionFailed = {
  '': cause(
    z.object({
      organization: z.string().nullable(),
      call_id: z.string(),
      provider_call_id: z.string().nullable(),
      conversation_id: z.string().nullable(),
      error: z.string(),
    }),
    ({ organization, call_id, provider_call_id: sid, conversation_id: conversation, error }) => ({
      what: `The recording of call ${call_id} of ${whose(organization)} has been kept for RECORDING_RETENTION_DAYS, and a carrier does not delete it: ${ended(error)} Nobody hears it here any more.`,
      steps: [
        'Check that TWILIO_AUTH_TOKEN is good (Twilio Console > Account Info), and that ELEVENLABS_API_KEY may write ElevenLabs Agents (ElevenLabs Dashboard > Developers > API keys).',
        ...(sid
          ? [
              `Or delete what Twilio has yourself: Twilio Console > Monitor > Logs > Calls > ${sid}.`,
            ]
          : []),
        ...(conversation
          ? [
              `Or delete the conversation yourself: ElevenLabs Dashboard > Conversations > ${conversation}.`,
            ]
          : []),
      ],
      end: 'The server tries it again once a day, as it does others that failed. This resolves when all are gone.',
    }),
  ),
}

function erasing(kind: 'message' | 'call' | 'conversation', id: string, apis: Apis): string {
  if (kind === 'conversation') {
    return `curl -X DELETE -H "xi-api-key: $ELEVENLABS_API_KEY" ${apis.elevenLabs}/v1/convai/conversations/${id}`
  }
  const at = (path: string) =>
    `curl -X DELETE -u "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN" ${apis.twilio}/2010-04-01/Accounts/$TWILIO_ACCOUNT_SID/${path}/${id}.json`
  return kind === 'message'
    ? at('Messages')
    : `${at('Calls')}, and its recordings, listed by …/Recordings.json?CallSid=${id}`
}
