import { describe, expect, test } from 'vitest'
import { authToken, call, twilioClient, twinsForTest } from './support.ts'

describe('availablePhoneNumbers', () => {
  test('list, by area code of the country, gives items with every documented field', async () => {
    const client = twilioClient(await twinsForTest())
    const [first] = await client
      .availablePhoneNumbers('CA')
      .local.list({ areaCode: 604, smsEnabled: true, voiceEnabled: true, limit: 1 })
    expect(first?.toJSON()).toEqual({
      friendlyName: '(604) 555-2000',
      phoneNumber: '+16045552000',
      lata: '888',
      locality: 'Vancouver',
      rateCenter: 'VANCOUVER',
      latitude: '49.282700',
      longitude: '-123.120700',
      region: 'BC',
      postalCode: 'V6B 1A1',
      isoCountry: 'CA',
      addressRequirements: 'none',
      beta: false,
      capabilities: { voice: true, sms: true, mms: true, fax: false },
    })
  })

  test('list, over several pages, gives each number of the area code once', async () => {
    const client = twilioClient(await twinsForTest())
    const found = await client
      .availablePhoneNumbers('US')
      .local.list({ areaCode: 212, pageSize: 900 })
    expect(new Set(found.map((each) => each.phoneNumber)).size).toBe(5000)
    expect(found.at(-1)?.phoneNumber).toBe('+12125556999')
  })

  test.each([
    ['area code of the other country', 'US', { areaCode: 604 }],
    ['area code without stock', 'US', { areaCode: 206 }],
    ['region without stock', 'CA', { inRegion: 'ON' }],
  ])('list, %s, is empty', async (_name, country, filter) => {
    const client = twilioClient(await twinsForTest())
    expect(await client.availablePhoneNumbers(country).local.list(filter)).toEqual([])
  })

  test('list, by region, gives all area codes of the region', async () => {
    const client = twilioClient(await twinsForTest())
    const found = await client
      .availablePhoneNumbers('CA')
      .local.list({ inRegion: 'BC', pageSize: 1000 })
    expect(new Set(found.map((each) => each.phoneNumber.slice(2, 5)))).toEqual(
      new Set(['604', '778']),
    )
  })

  test.each([
    ['digits', '5552345', '+12125552345'],
    ['digits anchored at the end', '99$', '+12125552099'],
    ['keypad letters', 'CAR$', '+12125552227'],
    ['one-digit wildcard', '21*5553', '+12125553000'],
  ])('list, containing %s, gives the matching numbers', async (_name, contains, expected) => {
    const client = twilioClient(await twinsForTest())
    const [first] = await client
      .availablePhoneNumbers('US')
      .local.list({ areaCode: 212, contains, limit: 1 })
    expect(first?.phoneNumber).toBe(expected)
  })

  test('list, in another country, is a 20404', async () => {
    const client = twilioClient(await twinsForTest())
    const listing = client.availablePhoneNumbers('GB').local.list({ limit: 1 })
    await expect(listing).rejects.toMatchObject({ status: 404, code: 20404 })
  })
})

describe('incomingPhoneNumbers', () => {
  test('create, free number, is bought with its settings and charged once', async () => {
    const twins = await twinsForTest()
    const client = twilioClient(twins)
    const bought = await client.incomingPhoneNumbers.create({
      phoneNumber: '+16045552000',
      friendlyName: 'orgline:1:2',
      voiceUrl: 'https://example.test/voice',
      smsUrl: 'https://example.test/sms',
      smsFallbackUrl: 'https://example.test/sms/fallback',
    })
    expect(bought.sid).toMatch(/^PN[0-9a-f]{32}$/)
    expect(bought.dateCreated).toBeInstanceOf(Date)
    expect(await client.incomingPhoneNumbers(bought.sid).fetch()).toMatchObject({
      phoneNumber: '+16045552000',
      friendlyName: 'orgline:1:2',
      smsUrl: 'https://example.test/sms',
      smsMethod: 'POST',
      capabilities: { voice: true, sms: true, mms: true, fax: false },
    })
    const [next] = await client.availablePhoneNumbers('CA').local.list({ areaCode: 604, limit: 1 })
    expect(next?.phoneNumber).toBe('+16045552001')
    const { body } = await call(twins, 'GET', '/control/state')
    expect(body.twilio.spent).toBe(1_000_000)
    expect(body.twilio.numbers).toHaveLength(1)
  })

  test('create, by area code, buys the first free number', async () => {
    const client = twilioClient(await twinsForTest())
    await client.incomingPhoneNumbers.create({ areaCode: '778' })
    const second = await client.incomingPhoneNumbers.create({ areaCode: '778' })
    expect(second.phoneNumber).toBe('+17785552001')
  })

  test.each([
    ['owned number', { phoneNumber: '+14155552000' }, 21422],
    ['number outside the inventory', { phoneNumber: '+14155551999' }, 21422],
    ['malformed number', { phoneNumber: '4155552001' }, 21421],
    ['unavailable magic number', { phoneNumber: '+15005550000' }, 21422],
    ['invalid magic number', { phoneNumber: '+15005550001' }, 21421],
    ['area code without stock', { areaCode: '533' }, 21452],
    ['area code that cannot be', { areaCode: '012' }, 21451],
    [
      'voice fallback alone',
      { phoneNumber: '+14155552001', voiceFallbackUrl: 'https://example.test' },
      21405,
    ],
    [
      'SMS fallback alone',
      { phoneNumber: '+14155552001', smsFallbackUrl: 'https://example.test' },
      21406,
    ],
    ['relative URL', { phoneNumber: '+14155552001', smsUrl: '/sms' }, 21402],
    ['unknown method', { phoneNumber: '+14155552001', smsMethod: 'PUT' }, 21403],
    ['name over 64', { phoneNumber: '+14155552001', friendlyName: 'x'.repeat(65) }, 20001],
  ])('create, %s, is refused and buys nothing', async (_name, options, code) => {
    const client = twilioClient(await twinsForTest())
    await client.incomingPhoneNumbers.create({ phoneNumber: '+14155552000' })
    const buying = client.incomingPhoneNumbers.create(options)
    await expect(buying).rejects.toMatchObject({ status: 400, code })
    expect(await client.incomingPhoneNumbers.list()).toHaveLength(1)
  })

  test('create, same number from many at once, succeeds for one', async () => {
    const client = twilioClient(await twinsForTest())
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, () =>
        client.incomingPhoneNumbers.create({ phoneNumber: '+13055552000' }),
      ),
    )
    expect(results.filter((each) => each.status === 'fulfilled')).toHaveLength(1)
  })

  test('create, magic number of the test credentials, answers but keeps nothing', async () => {
    const twins = await twinsForTest()
    const client = twilioClient(twins)
    const bought = await client.incomingPhoneNumbers.create({ phoneNumber: '+15005550006' })
    expect(bought.phoneNumber).toBe('+15005550006')
    const { body } = await call(twins, 'GET', '/control/state')
    expect(body.twilio).toMatchObject({ numbers: [], spent: 0 })
  })

  test('list, filtered and paged, finds by part of the number and by exact name', async () => {
    const client = twilioClient(await twinsForTest())
    for (const line of [2000, 2001, 2002]) {
      const phoneNumber = `+1212555${line}`
      await client.incomingPhoneNumbers.create({ phoneNumber, friendlyName: `n${line}` })
    }
    const numbersOf = async (filter: object) => {
      const found = await client.incomingPhoneNumbers.list(filter)
      return found.map((each) => each.phoneNumber)
    }
    expect(await numbersOf({ phoneNumber: '+12125552001' })).toEqual(['+12125552001'])
    expect(await numbersOf({ phoneNumber: '212*5520' })).toHaveLength(3)
    expect(await numbersOf({ friendlyName: 'n2002' })).toEqual(['+12125552002'])
    expect(await numbersOf({ friendlyName: 'n' })).toEqual([])
    expect(await numbersOf({ pageSize: 2 })).toHaveLength(3)
  })

  test('update, some settings, keeps the others and clears empty ones', async () => {
    const client = twilioClient(await twinsForTest())
    const { sid } = await client.incomingPhoneNumbers.create({
      phoneNumber: '+12125552000',
      smsUrl: 'https://example.test/sms',
      voiceUrl: 'https://example.test/voice',
    })
    const updated = await client.incomingPhoneNumbers(sid).update({
      smsUrl: '',
      statusCallback: 'https://example.test/status',
    })
    expect(updated).toMatchObject({
      smsUrl: '',
      voiceUrl: 'https://example.test/voice',
      statusCallback: 'https://example.test/status',
    })
    const refused = client.incomingPhoneNumbers(sid).update({
      voiceUrl: '',
      voiceFallbackUrl: 'https://example.test/fallback',
    })
    await expect(refused).rejects.toMatchObject({ code: 21405 })
    expect((await client.incomingPhoneNumbers(sid).fetch()).voiceUrl).not.toBe('')
  })

  test('remove, owned number, frees it; a second time is a 20404', async () => {
    const client = twilioClient(await twinsForTest())
    const { sid } = await client.incomingPhoneNumbers.create({ phoneNumber: '+12125552000' })
    expect(await client.incomingPhoneNumbers(sid).remove()).toBe(true)
    const again = client.incomingPhoneNumbers(sid).remove()
    await expect(again).rejects.toMatchObject({ status: 404, code: 20404 })
    const [free] = await client.availablePhoneNumbers('US').local.list({ areaCode: 212, limit: 1 })
    expect(free?.phoneNumber).toBe('+12125552000')
  })
})

describe('Twilio account', () => {
  test('any call, wrong token, is a 401 with code 20003', async () => {
    const client = twilioClient(await twinsForTest(), { token: 'wrong' })
    await expect(client.incomingPhoneNumbers.list()).rejects.toMatchObject({
      status: 401,
      code: 20003,
      moreInfo: 'https://www.twilio.com/docs/errors/20003',
    })
  })

  test('any call, after the token changed and changed back, follows the change', async () => {
    const twins = await twinsForTest()
    const client = twilioClient(twins)
    await call(twins, 'POST', '/control/credentials', { twilioAuthToken: 'other' })
    await expect(client.incomingPhoneNumbers.list()).rejects.toMatchObject({ code: 20003 })
    const other = twilioClient(twins, { token: 'other' })
    expect(await other.incomingPhoneNumbers.list()).toEqual([])
    await call(twins, 'POST', '/control/credentials', {
      twilioAuthToken: 'sandbox-twilio-token',
    })
    expect(await client.incomingPhoneNumbers.list()).toEqual([])
  })

  test('any call, by the former SID of the account, is answered in the name of the present one', async () => {
    const twins = await twinsForTest()
    const { sid } = await twilioClient(twins).incomingPhoneNumbers.create({
      phoneNumber: '+16045552000',
    })
    const former = 'ACsandbox00000000000000000000000000'
    const path = `/twilio/api/2010-04-01/Accounts/${former}/IncomingPhoneNumbers/${sid}.json`
    const authorization = `Basic ${btoa(`${former}:${authToken}`)}`
    const { status, body } = await call(twins, 'GET', path, undefined, { authorization })
    expect(status).toBe(200)
    expect(body.account_sid).toBe('AC00000000000000000000000000000000')
    expect(body.uri).toContain(body.account_sid)
    const other = path.replace(former, 'AC00000000000000000000000000000001')
    expect((await call(twins, 'GET', other, undefined, { authorization })).status).toBe(404)
  })

  test('unknown path, right token, is a 404 in the format of Twilio', async () => {
    const reply = await call(await twinsForTest(), 'GET', '/twilio/api/2010-04-01/Nothing.json')
    expect(reply).toMatchObject({ status: 404, body: { code: 20404, status: 404 } })
  })
})
