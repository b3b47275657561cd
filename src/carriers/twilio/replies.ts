import { z } from 'zod'
import { CarrierError } from '../ports.ts'

/** Twilio's prose writes Voice, SMS, MMS; its examples voice, sms, mms: read either. */
const capabilities = z
  .record(z.string(), z.boolean().nullish())
  .transform((given) =>
    Object.fromEntries(
      Object.entries(given).map(([key, value]) => [key.toLowerCase(), value === true]),
    ),
  )

const noUrl = z
  .string()
  .nullish()
  .transform((url) => url ?? '')

export const AvailableNumber = z
  .object({
    phoneNumber: z.string(),
    isoCountry: z.string(),
    region: z.string().nullish(),
    capabilities,
  })
  .transform((n) => ({
    phoneNumber: n.phoneNumber,
    country: n.isoCountry,
    region: n.region ?? null,
    capabilities: n.capabilities,
  }))

export const IncomingNumber = z.object({
  sid: z.string().startsWith('PN'),
  phoneNumber: z.string(),
  friendlyName: noUrl,
  capabilities,
  voiceUrl: noUrl,
  voiceFallbackUrl: noUrl,
  smsUrl: noUrl,
  smsFallbackUrl: noUrl,
  statusCallback: noUrl,
})

/** Parses a reply of the SDK; what it cannot read is a `bad_reply`. */
export function readReply<T>(operation: string, schema: z.ZodType<T>, reply: unknown): T {
  const parsed = schema.safeParse(reply)
  if (parsed.success) return parsed.data
  throw new CarrierError(
    'twilio',
    operation,
    'bad_reply',
    `an answer we cannot read: ${z.prettifyError(parsed.error)}`,
  )
}
