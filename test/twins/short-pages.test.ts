import { describe, expect, test } from 'vitest'
import { accountSid, atTwilio } from '../support/twilio-console.ts'
import { call, eleven, importOf, twilioClient, twinsForTest } from './support.ts'

const numbers = ['+16045552000', '+16045552001', '+16045552002']

/** Twins with three numbers, on pages of two rows. */
async function withShortPages() {
  const twins = await twinsForTest()
  for (const phoneNumber of numbers) {
    await twilioClient(twins).incomingPhoneNumbers.create({ phoneNumber })
    await eleven(twins, 'POST', '/convai/phone-numbers', importOf(phoneNumber))
  }
  const { body } = await call(twins, 'POST', '/control/settings', { pageSize: 2 })
  expect(body.pageSize).toBe(2)
  return twins
}

describe('a list, of pages that are shorter than was asked for', () => {
  test('at Twilio, goes on where the page ended', async () => {
    const twins = await withShortPages()
    const path = `/api/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers.json?PageSize=1000`

    const { body: first } = await atTwilio(twins, 'GET', path)
    expect(first.incoming_phone_numbers).toHaveLength(2)
    const { body: second } = await atTwilio(twins, 'GET', `/api${first.next_page_uri}`)
    expect(second).toMatchObject({ next_page_uri: null })
    const all = [...first.incoming_phone_numbers, ...second.incoming_phone_numbers]
    expect(all.map(({ phone_number }) => phone_number)).toEqual(numbers)
  })

  test('at ElevenLabs, goes on where the page ended', async () => {
    const twins = await withShortPages()
    const page = (query: string) => eleven(twins, 'GET', `/convai/v2/phone-numbers?${query}`)

    const { body: first } = await page('page_size=100')
    expect(first).toMatchObject({ has_more: true, phone_numbers: [{}, {}] })
    const { body: second } = await page(`page_size=100&cursor=${first.next_cursor}`)
    expect(second).toMatchObject({ has_more: false, phone_numbers: [{}] })
  })

  test('ended by null, are as long as was asked for', async () => {
    const twins = await withShortPages()
    await call(twins, 'POST', '/control/settings', { pageSize: null })

    const { body } = await eleven(twins, 'GET', '/convai/v2/phone-numbers?page_size=100')
    expect(body).toMatchObject({ has_more: false, phone_numbers: [{}, {}, {}] })
  })
})
