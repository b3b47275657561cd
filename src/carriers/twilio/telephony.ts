import { z } from 'zod'
import type { NumberSettings, Telephony } from '../ports.ts'
import { createTwilioBilling } from './billing.ts'
import type { TwilioClient } from './client.ts'
import { toTwilioError } from './errors.ts'
import { AvailableNumber, IncomingNumber, readReply } from './replies.ts'
import { createTwilioTexting } from './texting.ts'

/** The most numbers that Twilio puts on one page. */
const LIST_PAGE = 1_000

/** Telephony on the Twilio SDK; operations in errors are named as the SDK names them. */
export function createTwilioTelephony(client: TwilioClient): Telephony {
  async function call<T>(
    operation: string,
    schema: z.ZodType<T>,
    request: () => Promise<unknown>,
  ): Promise<T> {
    try {
      return readReply(operation, schema, await request())
    } catch (thrown) {
      throw toTwilioError(operation, thrown)
    }
  }

  return {
    ...createTwilioTexting(client),
    ...createTwilioBilling(client),

    searchNumbers: ({ country, areaCode, region, limit }) =>
      call('availablePhoneNumbers.list', z.array(AvailableNumber), () =>
        client.availablePhoneNumbers(country).local.list({
          ...(areaCode !== undefined && { areaCode: Number(areaCode) }),
          ...(region !== undefined && { inRegion: region }),
          voiceEnabled: true,
          smsEnabled: true,
          excludeAllAddressRequired: true,
          limit,
        }),
      ),

    buyNumber: ({ phoneNumber, friendlyName, routing }) =>
      call('incomingPhoneNumbers.create', IncomingNumber, () =>
        client.incomingPhoneNumbers.create({ phoneNumber, friendlyName, ...withMethods(routing) }),
      ),

    async findNumber(phoneNumber) {
      const owned = await call('incomingPhoneNumbers.list', z.array(IncomingNumber), () =>
        client.incomingPhoneNumbers.list({ phoneNumber, limit: 20 }),
      )
      // Twilio's filter matches parts of numbers.
      return owned.find((number) => number.phoneNumber === phoneNumber)
    },

    async findNumbersNamed(friendlyName) {
      const owned = await call('incomingPhoneNumbers.list', z.array(IncomingNumber), () =>
        client.incomingPhoneNumbers.list({ friendlyName, limit: 20 }),
      )
      return owned.filter((number) => number.friendlyName === friendlyName)
    },

    async *listNumbers() {
      const operation = 'incomingPhoneNumbers.list'
      try {
        let page = await client.incomingPhoneNumbers.page({ pageSize: LIST_PAGE })
        for (;;) {
          yield readReply(operation, z.array(IncomingNumber), page.instances)
          if (!page.nextPageUrl) return
          page = await client.incomingPhoneNumbers.getPage(page.nextPageUrl)
        }
      } catch (thrown) {
        throw toTwilioError(operation, thrown)
      }
    },

    getNumber: (sid) =>
      call('incomingPhoneNumbers.fetch', IncomingNumber, () =>
        client.incomingPhoneNumbers(sid).fetch(),
      ),

    async updateSettings(sid, changes) {
      await call('incomingPhoneNumbers.update', IncomingNumber, () =>
        client.incomingPhoneNumbers(sid).update({ ...withMethods(changes), ...inPlaceOf(changes) }),
      )
    },

    async releaseNumber(sid) {
      await call('incomingPhoneNumbers.remove', z.literal(true), () =>
        client.incomingPhoneNumbers(sid).remove(),
      )
    },
  }
}

/** Every URL with its method: a method left over from a dashboard would send us GET requests. */
function withMethods(settings: Partial<NumberSettings>) {
  const methods = Object.keys(settings).map((field) => [
    field === 'statusCallback' ? 'statusCallbackMethod' : field.replace('Url', 'Method'),
    'POST',
  ])
  return { ...settings, ...Object.fromEntries(methods) }
}

/** An application, or a trunk, that a dashboard has set would be asked instead of our URLs. */
function inPlaceOf(settings: Partial<NumberSettings>) {
  return {
    ...(settings.voiceUrl !== undefined && { voiceApplicationSid: '', trunkSid: '' }),
    ...(settings.smsUrl !== undefined && { smsApplicationSid: '' }),
  }
}
