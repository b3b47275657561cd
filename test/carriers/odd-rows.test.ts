import { expect, test } from 'vitest'
import type { CarrierCharge } from '../../src/carriers/ports/billing.ts'
import type { Unreadable } from '../../src/carriers/ports/unreadable.ts'
import { createTwilioClient } from '../../src/carriers/twilio/client.ts'
import { createTwilioTelephony } from '../../src/carriers/twilio/telephony.ts'
import { answer, carrierServer, pagesOf } from '../support/carrier-server.ts'

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
