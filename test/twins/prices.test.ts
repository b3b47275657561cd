import { describe, expect, test } from 'vitest'
import { customer, ours, textLine } from './messaging.ts'
import { call } from './support.ts'

describe('prices', () => {
  test('of messages, are what the Pricing API says, known later, and add up to the cent', async () => {
    const line = await textLine({ reply: '<Response><Message>Thanks</Message></Response>' })
    await line.control('settings', { priceDelayMs: 60_000 })
    await line.send({ body: 'x'.repeat(161) })
    await line.send({ to: '+12125550100' })
    await line.send({ to: '+442071838750', mediaUrl: ['https://example.test/a.png'] })
    await line.text('How much?', { mediaUrls: ['https://example.test/a.png'] })
    await line.text('HELP')
    await line.idle()
    const prices = async () => (await line.client.messages.list()).map(({ price }) => price)
    expect(new Set(await prices())).toEqual(new Set([null]))
    const { countries } = line.client.pricing.v1.messaging
    const outbound = async (code: string) => {
      const { outboundSmsPrices } = await countries(code).fetch()
      const [first] = outboundSmsPrices as { prices?: { current_price: string }[] }[]
      return Number(first?.prices?.[0]?.current_price)
    }
    await line.control('settings', { priceDelayMs: 0 })
    const charged = (await prices()).map(Number).reverse()
    expect(charged.slice(0, 2)).toEqual([-2 * (await outbound('CA')), -(await outbound('US'))])
    // With media, each; the auto-reply to HELP is free, the application's two answers are not.
    expect(charged.slice(2).toSorted()).toEqual(
      [-0.0077, -0.0087, -0.0087, -0.0167, -0.054, 0].toSorted(),
    )
    const { spent, spentBy } = (await line.control('state')).twilio
    const micros = charged.reduce((sum, price) => sum - Math.round(price * 1_000_000), 0)
    expect(spentBy).toEqual({ numbers: 1_000_000, messages: micros, calls: 0 })
    expect(spent).toBe(1_000_000 + micros)
  })

  test('of calls, are paid by the minute begun, and only for those that took place', async () => {
    const line = await textLine()
    const { client, control } = line
    const voiceUrl = `${line.origin}/voice`
    await client.incomingPhoneNumbers(line.number.sid).update({ voiceUrl })
    await control('answers', { number: customer, delayMs: 0 })
    await control('answers', { number: '+12125550100', result: 'busy', delayMs: 0 })
    await client.calls.create({ from: ours, to: customer, url: voiceUrl })
    await client.calls.create({ from: ours, to: '+12125550100', url: voiceUrl })
    await line.idle()
    await control('calls', { from: customer, to: ours })
    const reported = async () =>
      (await client.calls.list()).map(({ status, price, priceUnit }) => [status, price, priceUnit])
    expect((await reported()).map(([, price]) => price)).toEqual([null, null, null])
    await control('settings', { priceDelayMs: 0 })
    const voice = client.pricing.v2.voice.numbers
    const [toThem, toUs] = await Promise.all([voice(customer).fetch(), voice(ours).fetch()])
    const [outbound] = toThem.outboundCallPrices
    expect(toThem.inboundCallPrice).toMatchObject({ currentPrice: null })
    expect(await reported()).toEqual([
      ['completed', `-${toUs.inboundCallPrice.currentPrice}`, 'USD'],
      ['busy', null, 'USD'],
      ['completed', `-${outbound?.currentPrice}`, 'USD'],
    ])
    const { spentBy } = (await control('state')).twilio
    expect(spentBy).toEqual({ numbers: 1_000_000, messages: 0, calls: 22_000 })
  })

  test('of numbers and minutes by country, are in the Pricing API; a country of nobody is not', async () => {
    const { client } = await textLine()
    const { phoneNumbers } = client.pricing.v1
    const rent = await phoneNumbers.countries('CA').fetch()
    expect(rent).toMatchObject({ country: 'Canada', isoCountry: 'CA', priceUnit: 'USD' })
    expect(rent.phoneNumberPrices).toMatchObject([
      { numberType: 'local', basePrice: '1.00000', currentPrice: '1.00000' },
    ])
    const minutes = await client.pricing.v2.voice.countries('US').fetch()
    expect(minutes.inboundCallPrices).toMatchObject([{ currentPrice: '0.00850' }])
    expect(minutes.outboundPrefixPrices).toMatchObject([{ currentPrice: '0.01400' }])
    const nowhere = phoneNumbers.countries('QQ').fetch()
    await expect(nowhere).rejects.toMatchObject({ status: 404, code: 20404 })
  })

  test('wrong token, says nothing', async () => {
    const { twins } = await textLine()
    const reply = await call(twins, 'GET', '/twilio/pricing/v1/Messaging/Countries/US')
    expect(reply).toMatchObject({ status: 401, body: { code: 20003 } })
  })
})
