import { z } from 'zod'
import { CarrierError } from '../ports/carrier-error.ts'
import { whyUnreadable } from '../ports/unreadable.ts'

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

const asked = z
  .string()
  .nullish()
  .transform((method) => (method ?? 'POST').toUpperCase() === 'POST')

/** What stands here takes the place of a URL. */
const elsewhere = z
  .string()
  .nullish()
  .transform((sid) => Boolean(sid))

/** Numbers of ours are whole ones, as they are stored here. */
const e164 = z.string().regex(/^\+[1-9]\d{6,14}$/, 'no E.164 number')

/** Nothing at Twilio is older than Twilio; a date far from today is none that can be stored. */
export const date = z.date().min(new Date('2008-01-01')).max(new Date('2100-01-01'))

export const IncomingNumber = z
  .object({
    sid: z.string().regex(/^PN\w{1,62}$/),
    phoneNumber: e164,
    friendlyName: noUrl,
    dateCreated: date.nullish(),
    capabilities,
    voiceUrl: noUrl,
    voiceMethod: asked,
    voiceApplicationSid: elsewhere,
    trunkSid: elsewhere,
    voiceFallbackUrl: noUrl,
    voiceFallbackMethod: asked,
    smsUrl: noUrl,
    smsMethod: asked,
    smsApplicationSid: elsewhere,
    smsFallbackUrl: noUrl,
    smsFallbackMethod: asked,
    statusCallback: noUrl,
    statusCallbackMethod: asked,
  })
  .transform((n) => {
    const isDead = {
      voiceUrl: !n.voiceMethod || n.voiceApplicationSid || n.trunkSid,
      voiceFallbackUrl: n.voiceFallbackUrl !== '' && !n.voiceFallbackMethod,
      smsUrl: !n.smsMethod || n.smsApplicationSid,
      smsFallbackUrl: n.smsFallbackUrl !== '' && !n.smsFallbackMethod,
      statusCallback: n.statusCallback !== '' && !n.statusCallbackMethod,
    }
    const { sid, phoneNumber, friendlyName, capabilities } = n
    const { voiceUrl, voiceFallbackUrl, smsUrl, smsFallbackUrl, statusCallback } = n
    const routing = { voiceUrl, voiceFallbackUrl, smsUrl, smsFallbackUrl, statusCallback }
    const names = Object.keys(routing) as (keyof typeof routing)[]
    const notPosted = names.filter((name) => isDead[name])
    const boughtAt = n.dateCreated ?? null
    return { sid, phoneNumber, friendlyName, capabilities, boughtAt, ...routing, notPosted }
  })

/** Parses a reply of the SDK; what it cannot read is a `bad_reply`. */
export function readReply<T>(operation: string, schema: z.ZodType<T>, reply: unknown): T {
  const parsed = schema.safeParse(reply)
  if (parsed.success) return parsed.data
  throw new CarrierError('twilio', operation, 'bad_reply', whyUnreadable(parsed.error))
}
