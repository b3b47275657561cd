import { z } from 'zod'
import type { World } from '../core/world.ts'
import { elevenLabsError } from './errors.ts'
import { askTwilio, type TwilioAccount } from './twilio-account.ts'
import { voiceOrigin } from './voice-origin.ts'

const List = z.object({
  incoming_phone_numbers: z.array(z.object({ sid: z.string(), phone_number: z.string() })),
})

/**
 * Points a number of a Twilio account at this service, by Twilio's own API: its voice URL and
 * status callback, and its SMS URL unless `enableSms` is false. Throws a 422 when the account
 * refuses the credentials or does not own the number.
 */
export async function takeOverNumber(
  world: World,
  options: { account: TwilioAccount; phoneNumber: string; enableSms: boolean },
): Promise<void> {
  const { account, phoneNumber, enableSms } = options
  const base = 'IncomingPhoneNumbers'
  const search = new URLSearchParams({ PhoneNumber: phoneNumber })
  const list = List.parse(await request(world, account, `${base}.json?${search}`))
  const found = list.incoming_phone_numbers.find((each) => each.phone_number === phoneNumber)
  if (found === undefined) {
    const message = `Phone number ${phoneNumber} was not found in the Twilio account`
    throw elevenLabsError(422, 'phone_number_not_found', message)
  }
  const ours = `${voiceOrigin(world)}/elevenlabs/twilio`
  const form = new URLSearchParams({
    VoiceUrl: `${ours}/inbound_call`,
    VoiceMethod: 'POST',
    VoiceFallbackUrl: '',
    StatusCallback: `${ours}/status-callback`,
    StatusCallbackMethod: 'POST',
    ...(enableSms && { SmsUrl: `${ours}/inbound_sms`, SmsMethod: 'POST', SmsFallbackUrl: '' }),
  })
  await request(world, account, `${base}/${found.sid}.json`, form)
}

async function request(
  world: World,
  account: TwilioAccount,
  path: string,
  form?: URLSearchParams,
): Promise<unknown> {
  const response = await askTwilio(world, account, path, form)
  if (response.ok) return await response.json()
  throw elevenLabsError(422, 'twilio_error', `Twilio answered ${response.status}`)
}
