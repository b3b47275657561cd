import { describe, expect, test } from 'vitest'
import { idsOfNamed } from '../../src/carriers/elevenlabs/agent-requests.ts'
import { createElevenLabsClient } from '../../src/carriers/elevenlabs/client.ts'
import { type OwnWebhooks, urlOf } from '../../src/carriers/elevenlabs/own/own-webhooks.ts'
import {
  findWebhook,
  listWebhooks,
  ownPostCall,
} from '../../src/carriers/elevenlabs/own/workspace.ts'
import { createElevenLabsVoiceAgents } from '../../src/carriers/elevenlabs/voice-agents.ts'
import type { CarrierCharge } from '../../src/carriers/ports/billing.ts'
import { CarrierError } from '../../src/carriers/ports/carrier-error.ts'
import type { Unreadable } from '../../src/carriers/ports/unreadable.ts'
import { createTwilioClient } from '../../src/carriers/twilio/client.ts'
import { createTwilioTelephony } from '../../src/carriers/twilio/telephony.ts'
import { answer, carrierErrorOf, carrierServer, pagesOf } from '../support/carrier-server.ts'

const since = new Date('2026-11-01T00:00:00Z')
const time = 'Mon, 02 Nov 2026 10:00:00 +0000'

async function telephonyWith(body: object) {
  const { origin } = await carrierServer(answer(200, body))
  return createTwilioTelephony(
    createTwilioClient({
      accountSid: 'AC00000000000000000000000000000001',
      authToken: 'token',
      baseUrl: origin,
      timeoutMs: 60_000,
    }),
  )
}

const row = (sid: string) => ({
  sid,
  direction: 'inbound',
  from: '+16045550100',
  to: '+16045550101',
  status: 'completed',
  price: '-0.0085',
  price_unit: 'USD',
  start_time: time,
  date_sent: time,
})

type List = (
  telephony: Awaited<ReturnType<typeof telephonyWith>>,
  onUnreadable: (row: Unreadable) => void,
) => AsyncIterable<CarrierCharge[]>

test.each<[string, List]>([
  ['messages', (telephony, onUnreadable) => telephony.listMessageCharges(since, onUnreadable)],
  ['calls', (telephony, onUnreadable) => telephony.listCallCharges(since, onUnreadable)],
])('a row of %s without a status, keeps no other charge from being read', async (key, list) => {
  const { status: _status, ...odd } = row('odd')
  const telephony = await telephonyWith({ [key]: [row('one'), odd, row('other')], end: 1 })
  const unreadable: Unreadable[] = []

  const pages = await pagesOf(list(telephony, (each) => void unreadable.push(each)))

  expect(pages.flat().map(({ sid, price }) => [sid, price])).toEqual([
    ['one', 8_500],
    ['other', 8_500],
  ])
  expect(unreadable).toEqual([
    { id: 'odd', phoneNumber: undefined, reason: expect.stringContaining('status') },
  ])
})

test.each([
  ['of another kind', { number_type: 'mobile', current_price: null }],
  ['of no kind', 'odd'],
])('a price %s that cannot be read, keeps no other price from being read', async (_what, odd) => {
  const local = { number_type: 'local', base_price: '1.15', current_price: '1.15' }
  const telephony = await telephonyWith({
    country: 'Canada',
    iso_country: 'CA',
    phone_number_prices: [odd, local],
    price_unit: 'USD',
  })

  expect(await telephony.getNumberPrices('CA')).toEqual({ local: 1_150_000, tollFree: null })
})

const numberRow = (phoneNumber: string) => ({
  sid: `PN${phoneNumber.slice(1)}`,
  phone_number: phoneNumber,
  friendly_name: 'Line',
  capabilities: { voice: true },
})
const OURS = '+16045550100'
const { sid: _sid, ...ofOther } = numberRow('+16045550199')

describe('one of our numbers, among those of which Twilio lists', () => {
  test('another that cannot be read, is found', async () => {
    const telephony = await telephonyWith({ incoming_phone_numbers: [ofOther, numberRow(OURS)] })

    expect(await telephony.findNumber(OURS)).toMatchObject({ phoneNumber: OURS })
  })

  test.each([
    ['itself', { ...ofOther, phone_number: OURS }],
    ['one without a number', { sid: 'PN1' }],
  ])('%s cannot be read, is not said to be missing', async (_what, odd) => {
    const telephony = await telephonyWith({ incoming_phone_numbers: [odd] })

    expect(await carrierErrorOf(telephony.findNumber(OURS))).toMatchObject({ kind: 'bad_reply' })
  })
})

describe('numbers for sale', () => {
  const forSale = { phone_number: OURS, iso_country: 'CA', capabilities: { voice: true } }
  const search = { country: 'CA', limit: 50 }

  test('of which one cannot be read, are the others', async () => {
    const telephony = await telephonyWith({ available_phone_numbers: [{}, forSale] })

    expect(await telephony.searchNumbers(search)).toMatchObject([{ phoneNumber: OURS }])
  })

  test('of which none can be read, are not said to be sold out', async () => {
    const telephony = await telephonyWith({ available_phone_numbers: [{}] })

    expect(await carrierErrorOf(telephony.searchNumbers(search))).toMatchObject({
      kind: 'bad_reply',
    })
  })
})

async function elevenLabsWith(...bodies: object[]) {
  const { origin } = await carrierServer(...bodies.map((body) => answer(200, body)))
  const options = { baseUrl: origin, apiKey: 'key', timeoutMs: 60_000, readAgainMs: 5 }
  return createElevenLabsClient(options)
}

const own: OwnWebhooks = {
  deployment: 'aaaaaaaa',
  addresses: ['https://line.example.com'],
  initSecrets: ['secret'],
}
const webhook = {
  webhook_id: 'ours',
  name: 'Orgline post-call',
  webhook_url: urlOf('postCall', own),
  is_disabled: false,
  is_auto_disabled: false,
  created_at_unix: 1,
}
const { created_at_unix: _created, ...undated } = webhook
const ofOthers = { ...undated, webhook_id: 'theirs', webhook_url: 'https://crm.example.com/hook' }

describe('a webhook of a shared workspace', () => {
  test.each([
    ['with its address', ofOthers],
    ['by another name, without an address', { webhook_id: 'theirs', name: 'CRM' }],
  ])("that is somebody else's, %s, need not be readable", async (_what, theirs) => {
    const webhooks = await listWebhooks(await elevenLabsWith({ webhooks: [theirs, webhook] }), own)

    expect(ownPostCall(webhooks, own)).toEqual(webhook)
    expect(webhooks[0]?.webhook_id).toBe('theirs')
  })

  test.each([
    ['at our address', undated],
    ['without an address, by a name of ours', { webhook_id: 'ours', name: webhook.name }],
    ['of which nothing can be read', null],
  ])('that may be ours, %s, must be readable', async (_what, odd) => {
    const listing = listWebhooks(await elevenLabsWith({ webhooks: [odd, webhook] }), own)

    expect(await carrierErrorOf(listing)).toMatchObject({ kind: 'bad_reply' })
  })

  test('that is asked for by its id, is found among others that cannot be read', async () => {
    const request = await elevenLabsWith({ webhooks: [null, ofOthers, webhook] })

    expect(await findWebhook(request, 'ours', own)).toEqual(webhook)
    expect(await findWebhook(request, 'theirs', own)).toMatchObject({
      webhook_url: ofOthers.webhook_url,
    })
    expect(await carrierErrorOf(findWebhook(request, 'gone', own))).toMatchObject({
      kind: 'bad_reply',
    })
  })

  test('that is not among those that can be read, is gone', async () => {
    const request = await elevenLabsWith({ webhooks: [ofOthers] })

    expect(await findWebhook(request, 'gone', own)).toBe(undefined)
  })
})

describe('agents of a shared workspace', () => {
  const named = (name: string) => name === 'Ours'
  const ours = { agent_id: 'a1', name: 'Ours' }

  test("of which one that cannot be read is somebody else's, are found", () => {
    expect(idsOfNamed([{ name: 'Theirs' }, ours], named)).toEqual(['a1'])
  })

  test.each([[{ name: 'Ours' }], [{ agent_id: 'a2' }], [null]])(
    'of which one may be ours, and cannot be read, are not told (%j)',
    (odd) => {
      expect(() => idsOfNamed([ours, odd], named)).toThrow(CarrierError)
    },
  )
})

describe('the import of a number, in a list', () => {
  const imported = { phone_number_id: 'phnum_1', phone_number: OURS }
  const voiceAgentsWith = async (rows: unknown[]) =>
    createElevenLabsVoiceAgents(await elevenLabsWith({ phone_numbers: rows }), {
      baseUrl: 'https://api.elevenlabs.io',
      twilioAccountSid: '',
      twilioAuthToken: '',
    })

  test('with another that cannot be read, is found', async () => {
    const voiceAgents = await voiceAgentsWith([{ phone_number: '+16045550199' }, imported])

    expect(await voiceAgents.findNumber(OURS)).toMatchObject({ id: 'phnum_1' })
  })

  test.each([[{ phone_number: OURS }], [{ phone_number_id: 'phnum_2' }]])(
    'that cannot be read itself, is not said to be missing (%j)',
    async (odd) => {
      const voiceAgents = await voiceAgentsWith([odd])

      expect(await carrierErrorOf(voiceAgents.findNumber(OURS))).toMatchObject({
        kind: 'bad_reply',
      })
    },
  )
})
