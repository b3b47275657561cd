import { z } from 'zod'
import { CarrierError } from '../ports/carrier-error.ts'
import type { NumberSettings, Telephony } from '../ports/telephony.ts'
import type { OnUnreadable } from '../ports/unreadable.ts'
import { createTwilioArrivals } from './arrivals.ts'
import { askCanary, askTwilio, PAGE_SIZE, pagesOf, rowsOf } from './ask-twilio.ts'
import { createTwilioBilling } from './billing.ts'
import type { TwilioClient } from './client.ts'
import { createTwilioErasing } from './erasing.ts'
import { createTwilioMessaging } from './messaging.ts'
import { AvailableNumber, IncomingNumber } from './replies.ts'

/** More numbers than one filter fits. */
const MATCHES = 20

/** Telephony on the Twilio SDK; operations in errors are named as the SDK names them. */
export function createTwilioTelephony(client: TwilioClient): Telephony {
  const matching = (
    filter: { phoneNumber: string } | { friendlyName: string },
    onUnreadable?: OnUnreadable,
  ) =>
    rowsOf(
      'incomingPhoneNumbers.list',
      IncomingNumber,
      MATCHES,
      {
        first: () => client.incomingPhoneNumbers.page({ ...filter, pageSize: MATCHES }),
        next: (url) => client.incomingPhoneNumbers.getPage(url),
      },
      onUnreadable,
    )

  return {
    ...createTwilioMessaging(client),
    ...createTwilioArrivals(client),
    ...createTwilioBilling(client),
    ...createTwilioErasing(client),

    answers: () =>
      askCanary(client).then(
        () => true,
        () => false,
      ),

    async searchNumbers({ country, areaCode, region, limit }) {
      const operation = 'availablePhoneNumbers.list'
      let flaw: string | undefined
      const { local } = client.availablePhoneNumbers(country)
      const pages = {
        first: () =>
          local.page({
            ...(areaCode !== undefined && { areaCode: Number(areaCode) }),
            ...(region !== undefined && { inRegion: region }),
            voiceEnabled: true,
            smsEnabled: true,
            excludeAllAddressRequired: true,
            pageSize: limit,
          }),
        next: (url: string) => local.getPage(url),
      }
      const found = await rowsOf(operation, AvailableNumber, limit, pages, ({ reason }) => {
        flaw = reason
      })
      // That nothing is for sale would be another answer.
      if (found.length === 0 && flaw !== undefined) throw unreadable(operation, flaw)
      return found
    },

    buyNumber: ({ phoneNumber, friendlyName, routing }) =>
      askTwilio('incomingPhoneNumbers.create', numberOf('phoneNumber', phoneNumber), () =>
        client.incomingPhoneNumbers.create({ phoneNumber, friendlyName, ...withMethods(routing) }),
      ),

    async findNumber(phoneNumber) {
      // Twilio's filter matches parts of numbers; those others need not be readable.
      const owned = await matching(
        { phoneNumber },
        ({ phoneNumber: other = phoneNumber, reason }) => {
          if (other === phoneNumber) throw unreadable('incomingPhoneNumbers.list', reason)
        },
      )
      return owned.find((number) => number.phoneNumber === phoneNumber)
    },

    async findNumbersNamed(friendlyName) {
      const owned = await matching({ friendlyName })
      return owned.filter((number) => number.friendlyName === friendlyName)
    },

    listNumbers: (about) =>
      pagesOf(
        'incomingPhoneNumbers.list',
        IncomingNumber,
        {
          first: () => client.incomingPhoneNumbers.page({ pageSize: PAGE_SIZE }),
          next: (url) => client.incomingPhoneNumbers.getPage(url),
        },
        about,
      ),

    getNumber: (sid) =>
      askTwilio('incomingPhoneNumbers.fetch', numberOf('sid', sid), () =>
        client.incomingPhoneNumbers(sid).fetch(),
      ),

    updateSettings: (sid, changes) =>
      askTwilio('incomingPhoneNumbers.update', numberOf('sid', sid), () =>
        client.incomingPhoneNumbers(sid).update({ ...withMethods(changes), ...inPlaceOf(changes) }),
      ),

    async redirectCall(callSid, twiml) {
      await askTwilio('calls.update', z.looseObject({ sid: z.string() }), () =>
        client.calls(callSid).update({ twiml }),
      )
    },

    async hasLegs(callSid) {
      const legs = await rowsOf('calls.list', z.looseObject({ sid: z.string() }), 1, {
        first: () => client.calls.page({ parentCallSid: callSid, pageSize: 1 }),
        next: (url) => client.calls.getPage(url),
      })
      return legs.length > 0
    },

    async releaseNumber(sid) {
      await askTwilio('incomingPhoneNumbers.remove', z.literal(true), () =>
        client.incomingPhoneNumbers(sid).remove(),
      )
    },
  }
}

const unreadable = (operation: string, reason: string) =>
  new CarrierError('twilio', operation, 'bad_reply', reason)

/** A number whose `field` is the one that was asked for: what is said of another proves nothing. */
function numberOf(field: 'sid' | 'phoneNumber', asked: string) {
  return IncomingNumber.superRefine((owned, context) => {
    if (owned[field] !== asked) context.addIssue(`it is of ${owned[field]}, not of ${asked}`)
  })
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
