import { z } from 'zod'
import { amount, flag, oneOf, text } from '../vendor-fields.ts'

const Transfer = z.strictObject({
  transfer_destination: z.strictObject({
    type: z.literal('phone'),
    phone_number: z.string().regex(/^\+[1-9]\d{6,14}$/, 'must be an E.164 number'),
  }),
  transfer_type: oneOf(['blind', 'conference', 'sip_refer']),
  condition: z.string().min(1),
})

/**
 * The tools that ElevenLabs itself has; the twin has the one that puts a caller through. Source:
 * @elevenlabs/elevenlabs-js 2.73.0, BuiltInToolsInput, TransferToNumberToolConfigInput.
 */
export const BuiltInTools = z.strictObject({
  transfer_to_number: z
    .strictObject({
      type: z.literal('system').nullish(),
      name: z.literal('transfer_to_number'),
      description: text,
      response_timeout_secs: amount,
      disable_interruptions: flag,
      params: z.strictObject({
        system_tool_type: z.literal('transfer_to_number'),
        transfers: z.array(Transfer).min(1),
        enable_client_message: flag,
      }),
    })
    .nullish(),
})
