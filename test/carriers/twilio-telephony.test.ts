import { describe, expect, test } from 'vitest'
import type { Telephony } from '../../src/carriers/ports/telephony.ts'
import { createTwilioClient } from '../../src/carriers/twilio/client.ts'
import { createTwilioTelephony } from '../../src/carriers/twilio/telephony.ts'
import { answer, carrierErrorOf, carrierServer, pagesOf } from '../support/carrier-server.ts'
import { accountSid, authToken, call, twinsForTest } from '../twins/support.ts'

const routing = {
  voiceUrl: 'https://line.example.com/voice',
  voiceFallbackUrl: '',
  smsUrl: 'https://line.example.com/sms',
  smsFallbackUrl: 'https://line.example.com/sms/fallback',
}

const telephonyAt = (baseUrl: string, token = authToken) =>
  createTwilioTelephony(
    createTwilioClient({ accountSid, authToken: token, baseUrl, timeoutMs: 60_000 }),
  )

async function twilio() {
  const twins = await twinsForTest()
  const telephony = telephonyAt(`${twins.origin}/twilio`)
  const buy = (phoneNumber: string) =>
    telephony.buyNumber({ phoneNumber, friendlyName: 'orgline:0123abcd:1', routing })
  return { twins, telephony, buy }
}

describe('Twilio telephony, searching', () => {
  test('given an area code: finds that many of its numbers', async () => {
    const { telephony } = await twilio()

    const found = await telephony.searchNumbers({ country: 'CA', areaCode: '604', limit: 50 })

    expect(found).toHaveLength(50)
    expect(found.filter(({ phoneNumber }) => !phoneNumber.startsWith('+1604'))).toEqual([])
    expect(found[0]).toMatchObject({
      country: 'CA',
      region: 'BC',
      capabilities: { voice: true, sms: true, mms: true },
    })
  })

  test('given a region: finds numbers of its codes', async () => {
    const { telephony } = await twilio()

    const found = await telephony.searchNumbers({ country: 'US', region: 'NY', limit: 5 })

    expect(found.map(({ region }) => region)).toEqual(['NY', 'NY', 'NY', 'NY', 'NY'])
  })

  test('given an area code without stock: finds nothing', async () => {
    const { telephony } = await twilio()

    const found = await telephony.searchNumbers({ country: 'US', areaCode: '907', limit: 50 })

    expect(found).toEqual([])
  })

  test('in any case: asks for what can do voice and SMS and needs no address', async () => {
    const server = await carrierServer(answer(200, { available_phone_numbers: [] }))

    await telephonyAt(server.origin).searchNumbers({ country: 'CA', areaCode: '604', limit: 50 })

    const { searchParams } = new URL(server.requests[0]?.url ?? '', server.origin)
    expect(Object.fromEntries(searchParams)).toMatchObject({
      AreaCode: '604',
      VoiceEnabled: 'true',
      SmsEnabled: 'true',
      ExcludeAllAddressRequired: 'true',
    })
  })
})

describe('Twilio telephony, with numbers', () => {
  test('bought: is this number, with our name and URLs, all asked by POST', async () => {
    const { twins, buy } = await twilio()

    const bought = await buy('+16045552000')

    const { body: state } = await call(twins, 'GET', '/control/state')
    expect(bought).toMatchObject({
      phoneNumber: '+16045552000',
      friendlyName: 'orgline:0123abcd:1',
      ...routing,
    })
    expect(state.twilio.numbers).toEqual([
      expect.objectContaining({
        sid: bought.sid,
        voice_url: routing.voiceUrl,
        voice_method: 'POST',
        sms_url: routing.smsUrl,
        sms_method: 'POST',
        sms_fallback_method: 'POST',
      }),
    ])
  })

  test('bought twice: is refused as no longer available', async () => {
    const { buy } = await twilio()
    await buy('+16045552000')

    const error = await carrierErrorOf(buy('+16045552000'))

    expect(error).toMatchObject({ kind: 'rejected', code: '21422', outcomeUnknown: false })
  })

  test('found: is the one with exactly this number', async () => {
    const { telephony, buy } = await twilio()
    const bought = await buy('+16045552000')

    const found = await telephony.findNumber('+16045552000')

    expect(found).toEqual(bought)
  })

  test.each(['+1604555200', '6045552000', '+16045552001'])(
    'looked for by %s, of which Twilio may list longer ones: is not found',
    async (other) => {
      const { telephony, buy } = await twilio()
      await buy('+16045552000')

      const found = await telephony.findNumber(other)

      expect(found).toBeUndefined()
    },
  )

  test('changed in part: keeps the rest', async () => {
    const { telephony, buy } = await twilio()
    const { sid } = await buy('+16045552000')

    await telephony.updateSettings(sid, { voiceUrl: 'https://other.example.com/voice' })

    expect(await telephony.getNumber(sid)).toMatchObject({
      ...routing,
      voiceUrl: 'https://other.example.com/voice',
    })
  })

  test('listed: come page by page, up to a thousand each, until there is no next one', async () => {
    const row = (sid: string) => ({ sid, phone_number: '+16045552000', capabilities: {} })
    const next = '/2010-04-01/Accounts/AC1/IncomingPhoneNumbers.json?Page=1&PageToken=PAPN1'
    const server = await carrierServer(
      answer(200, { incoming_phone_numbers: [row('PN1')], next_page_uri: next }),
      answer(200, { incoming_phone_numbers: [row('PN2')], next_page_uri: null }),
    )

    const pages = await pagesOf(telephonyAt(server.origin).listNumbers({ expected: 0 }))

    expect(pages.map((page) => page.map(({ sid }) => sid))).toEqual([['PN1'], ['PN2']])
    expect(server.requests[0]?.url).toContain('PageSize=1000')
    expect(server.requests[1]?.url).toBe(`/api${next}`)
  })

  test('listed with a page that fails: is an error, not a shorter list', async () => {
    const server = await carrierServer(
      answer(200, { incoming_phone_numbers: [], next_page_uri: '/2010-04-01/next.json' }),
      answer(503, { message: 'Service unavailable', code: 20503 }),
    )

    const listing = pagesOf(telephonyAt(server.origin).listNumbers({ expected: 0 }))

    expect(await carrierErrorOf(listing)).toMatchObject({ kind: 'unreachable' })
  })

  test.each<[string, (telephony: Telephony) => Promise<unknown>]>([
    ['fetched', ({ getNumber }) => getNumber('PN1')],
    ['changed', ({ updateSettings }) => updateSettings('PN1', { voiceUrl: routing.voiceUrl })],
    [
      'bought',
      ({ buyNumber }) =>
        buyNumber({ phoneNumber: '+16045552000', friendlyName: 'orgline:0123abcd:1', routing }),
    ],
  ])('%s and answered with another one: is a reply that proves nothing', async (_how, ask) => {
    const another = { sid: 'PN2', phone_number: '+16045552999', capabilities: {} }
    const server = await carrierServer(answer(200, another))

    const error = await carrierErrorOf(ask(telephonyAt(server.origin)))

    expect(error).toMatchObject({
      kind: 'bad_reply',
      outcomeUnknown: true,
      message: expect.stringMatching(/PN2|\+16045552999/),
    })
  })

  test('fetched by an id nobody has: is not found', async () => {
    const { telephony } = await twilio()

    const error = await carrierErrorOf(telephony.getNumber('PN0123456789abcdef0123456789abcdef'))

    expect(error).toMatchObject({ kind: 'not_found', code: '20404' })
  })

  test('asked for with a wrong token: is a problem of the account', async () => {
    const { twins } = await twilio()
    const telephony = telephonyAt(`${twins.origin}/twilio`, 'another-token')

    const error = await carrierErrorOf(telephony.findNumber('+16045552000'))

    expect(error).toMatchObject({ kind: 'account', code: '20003' })
  })
})

describe('Twilio telephony, with two requests', () => {
  test('one after the other: uses one connection for both', async () => {
    const server = await carrierServer(answer(200, { incoming_phone_numbers: [] }))
    const telephony = telephonyAt(server.origin)

    await telephony.findNumber('+16045552000')
    await telephony.findNumber('+16045552001')

    expect(server.requests).toHaveLength(2)
    expect(server.connections()).toBe(1)
  })
})
