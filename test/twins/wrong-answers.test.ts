import { describe, expect, test } from 'vitest'
import type { Twins } from '../../sandbox/twins/twins.ts'
import { accountSid, atTwilio } from '../support/twilio-console.ts'
import { call, eleven, importOf, twilioClient, twinsForTest } from './support.ts'

const phoneNumber = '+16045552000'
const path = `/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers.json`

/** Twins with one number that is bought and imported. */
async function withNumber() {
  const twins = await twinsForTest()
  const { sid } = await twilioClient(twins).incomingPhoneNumbers.create({ phoneNumber })
  await eleven(twins, 'POST', '/convai/phone-numbers', importOf(phoneNumber))
  return { twins, sid }
}

function addFault(twins: Twins, operation: string, fault: object) {
  const carrier = operation.startsWith('phoneNumbers') ? 'elevenlabs' : 'twilio'
  return call(twins, 'POST', '/control/faults', { carrier, operation, ...fault })
}

const numbersAt = async (twins: Twins, uri = path) =>
  (await atTwilio(twins, 'GET', `/api${uri}`)).body
const importsAt = async (twins: Twins, query = '') =>
  (await eleven(twins, 'GET', `/convai/v2/phone-numbers${query}`)).body

describe('a list that is wrong', () => {
  test('empty_list, at Twilio, has no row once, and the number is there still', async () => {
    const { twins } = await withNumber()
    await addFault(twins, 'incomingPhoneNumbers.list', { kind: 'empty_list' })

    expect(await numbersAt(twins)).toMatchObject({
      incoming_phone_numbers: [],
      next_page_uri: null,
    })
    expect((await numbersAt(twins)).incoming_phone_numbers).toHaveLength(1)
  })

  test('empty_list, at ElevenLabs, has no row, in either form of the list', async () => {
    const { twins } = await withNumber()
    await addFault(twins, 'phoneNumbers.list', { kind: 'empty_list', times: 2 })

    expect(await importsAt(twins)).toMatchObject({ phone_numbers: [], has_more: false })
    expect((await eleven(twins, 'GET', '/convai/phone-numbers')).body).toEqual([])
    expect((await importsAt(twins)).phone_numbers).toHaveLength(1)
  })

  test('repeated_page, leads to itself, with the same rows', async () => {
    const { twins } = await withNumber()
    await addFault(twins, 'incomingPhoneNumbers.list', { kind: 'repeated_page', times: 2 })
    await addFault(twins, 'phoneNumbers.list', { kind: 'repeated_page', times: 2 })

    const page = await numbersAt(twins)
    expect(page.next_page_uri).toBe(page.uri)
    expect(await numbersAt(twins, page.next_page_uri)).toEqual(page)
    const first = await importsAt(twins)
    expect(first).toMatchObject({ has_more: true, next_cursor: expect.any(String) })
    expect(await importsAt(twins, `?cursor=${first.next_cursor}`)).toEqual(first)
  })

  test('endless_pages, lead on by ever new names, with the same rows', async () => {
    const { twins } = await withNumber()
    await addFault(twins, 'incomingPhoneNumbers.list', { kind: 'endless_pages', times: 2 })
    await addFault(twins, 'phoneNumbers.list', { kind: 'endless_pages', times: 2 })

    const page = await numbersAt(twins)
    const next = await numbersAt(twins, page.next_page_uri)
    expect(next.incoming_phone_numbers).toEqual(page.incoming_phone_numbers)
    expect(next.next_page_uri).not.toBe(page.next_page_uri)
    const first = await importsAt(twins)
    const second = await importsAt(twins, `?cursor=${first.next_cursor}`)
    expect(second.phone_numbers).toEqual(first.phone_numbers)
    expect(second.next_cursor).not.toBe(first.next_cursor)
  })

  test('asked of what is no list, is a 400 that says what fits', async () => {
    const reply = await addFault(await twinsForTest(), 'incomingPhoneNumbers.fetch', {
      kind: 'empty_list',
    })

    expect(reply.status).toBe(400)
    expect(reply.body.detail).toMatch(/its kind is one of .*, not empty_list/)
  })
})

test('huge, has the answer after so many blanks', async () => {
  const { twins } = await withNumber()
  await addFault(twins, 'incomingPhoneNumbers.list', { kind: 'huge', bytes: 5_000_000 })
  const { twilio } = (await call(twins, 'GET', '/control/state')).body

  const body = await numbersAt(twins)

  expect(body.incoming_phone_numbers).toEqual(twilio.numbers)
})

test.each([401, 403, 404])('error %i, about one number, is met by it alone', async (status) => {
  const { twins, sid } = await withNumber()
  const client = twilioClient(twins)
  const other = await client.incomingPhoneNumbers.create({ phoneNumber: '+16045552001' })
  await addFault(twins, 'incomingPhoneNumbers.fetch', { kind: 'error', status, about: sid })

  expect((await client.incomingPhoneNumbers(other.sid).fetch()).sid).toBe(other.sid)
  await expect(client.incomingPhoneNumbers(sid).fetch()).rejects.toMatchObject({ status })
  expect((await client.incomingPhoneNumbers(sid).fetch()).sid).toBe(sid)
})
