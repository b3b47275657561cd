import { z } from 'zod'
import { cause } from './message.ts'
import { ended, sentences, whose } from './words.ts'

const lastAttempt = (error: string | null) =>
  error === null ? undefined : `Last attempt: ${ended(error)}`

export const elevenLabsImportRequired = {
  '': cause(
    z.object({
      number: z.string(),
      organization: z.string().nullable(),
      error: z.string().nullable(),
    }),
    ({ number, organization, error }) => ({
      what: `Import ${number} to ElevenLabs dashboard and assign to agent, for ${whose(organization)}.`,
      steps: [
        `ElevenLabs Dashboard > Phone Numbers > Import Phone Number > From Twilio: enter ${number} with our Twilio account's SID and Auth Token.`,
        'Choose the agent, and copy the phone id (phnum_…).',
        `POST /api/admin/phone-numbers/${number}/activate {"elevenLabsPhoneId": "<phone id>"}.`,
      ],
      end: sentences(
        'The server then checks the number, has its texts sent here and makes it live. This resolves by itself.',
        lastAttempt(error),
      ),
    }),
  ),
}

export const batchImportRequired = {
  '': cause(
    z.object({ numbers: z.array(z.string()), error: z.string().nullable() }),
    ({ numbers, error }) => ({
      what: `Import ${numbers.length} phone numbers to ElevenLabs: ${numbers.join(', ')}.`,
      steps: [
        "ElevenLabs Dashboard > Phone Numbers > Import Phone Number > From Twilio: enter each with our Twilio account's SID and Auth Token.",
        'Choose the agent, and copy the phone ids (phnum_…).',
        'POST /api/admin/phone-numbers/batch-activate {"phoneNumbers": [{"phoneNumber": "<number>", "elevenLabsPhoneId": "<phone id>"}, …]}.',
      ],
      end: sentences(
        'The server then checks the numbers, which wait in the pool. This lists those that are left, and resolves by itself.',
        lastAttempt(error),
      ),
    }),
  ),
}
