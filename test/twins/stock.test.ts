import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Twins } from '../../sandbox/twins/twins.ts'
import { accountSid, call, stateFileForTest, twilioClient, twinsForTest } from './support.ts'

async function setStock(twins: Twins, areaCode: string, count: unknown) {
  return await call(twins, 'POST', '/control/stock', { areaCode, count })
}

describe('control/stock', () => {
  test('area code without stock, gets numbers that can be found by region and bought', async () => {
    const twins = await twinsForTest()
    const client = twilioClient(twins)
    expect((await setStock(twins, '416', 2)).body).toEqual({ areaCode: '416', count: 2, free: 2 })
    const found = await client.availablePhoneNumbers('CA').local.list({ inRegion: 'ON' })
    expect(found).toMatchObject([
      { phoneNumber: '+14165552000', region: 'ON', isoCountry: 'CA', locality: null },
      { phoneNumber: '+14165552001' },
    ])
    await client.incomingPhoneNumbers.create({ phoneNumber: '+14165552001' })
    await client.incomingPhoneNumbers.create({ areaCode: '416' })
    const third = client.incomingPhoneNumbers.create({ areaCode: '416' })
    await expect(third).rejects.toMatchObject({ code: 21452 })
    expect((await setStock(twins, '416', 8000)).body.free).toBe(7998)
  })

  test('area code sold out, sells nothing and keeps what is owned', async () => {
    const twins = await twinsForTest()
    const client = twilioClient(twins)
    await client.incomingPhoneNumbers.create({ phoneNumber: '+16045552000' })
    await setStock(twins, '604', 0)
    expect(await client.availablePhoneNumbers('CA').local.list({ areaCode: 604 })).toEqual([])
    const buying = client.incomingPhoneNumbers.create({ phoneNumber: '+16045552001' })
    await expect(buying).rejects.toMatchObject({ code: 21422 })
    expect(await client.incomingPhoneNumbers.list()).toHaveLength(1)
  })

  test.each([
    ['code of no place', '533', 1, '533'],
    ['more than there are lines', '604', 8001, '8000'],
    ['part of a number', '604', 1.5, 'count'],
  ])('%s, is a 400 that says so', async (_name, areaCode, count, word) => {
    const reply = await setStock(await twinsForTest(), areaCode, count)
    expect(reply.status).toBe(400)
    expect(reply.body.detail).toContain(word)
  })
})

/** Twins whose account has owned many numbers for long. */
async function bigAccount(count: number): Promise<Twins> {
  const stateFile = stateFileForTest()
  const small = await twinsForTest({ stateFile })
  await twilioClient(small).incomingPhoneNumbers.create({ phoneNumber: '+16045552000' })
  await small.close()
  const state = JSON.parse(readFileSync(stateFile, 'utf8'))
  const [number] = state.twilio.numbers
  state.twilio.numbers = Array.from({ length: count }, (_, index) => ({
    ...number,
    sid: `PN${String(index).padStart(32, '0')}`,
    phone_number: `+1604555${2000 + index}`,
  }))
  writeFileSync(stateFile, JSON.stringify(state))
  return await twinsForTest({ stateFile })
}

describe('an account with more numbers than a page holds', () => {
  test('list of all, gives each of them once, in pages of 1,000 at most', async () => {
    const twins = await bigAccount(2_345)
    const client = twilioClient(twins)
    const found = await client.incomingPhoneNumbers.list({ pageSize: 1000 })
    expect(new Set(found.map((each) => each.sid)).size).toBe(2_345)
    const first = await client.incomingPhoneNumbers.page({ pageSize: 1000 })
    const query = `PageSize=1000&Page=1&PageToken=PAPN${'999'.padStart(32, '0')}`
    const path = `/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers.json`
    expect(first.nextPageUrl).toBe(`https://api.twilio.com${path}?${query}`)
    const third = await (await first.nextPage())?.nextPage()
    expect(third?.instances).toHaveLength(345)
    expect(third?.nextPageUrl).toBeUndefined()
  })

  test('numbers released between two pages, are the only ones that are missing', async () => {
    const client = twilioClient(await bigAccount(30))
    const first = await client.incomingPhoneNumbers.page({ pageSize: 20 })
    for (const { sid } of first.instances.slice(0, 5)) {
      await client.incomingPhoneNumbers(sid).remove()
    }
    const second = await first.nextPage()
    expect(second?.instances).toHaveLength(10)
  })
})
