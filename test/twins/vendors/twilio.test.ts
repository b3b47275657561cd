import { describe, expect, test } from 'vitest'
import { busyWorld, customer, ourNumber } from './busy-world.ts'
import { nameOf, routeOf, twinRoutes } from './routes.ts'
import { published, untrue } from './twilio-schema.ts'

const names = twinRoutes.twilio.map(nameOf)

describe("Twilio's twin, by what Twilio publishes of its API", () => {
  test('every route, is one that Twilio has', () => {
    const unknown = names.filter((name) => published[name] === undefined)
    expect(unknown).toEqual([])
    expect(names.length).toBeGreaterThan(25)
  })

  test('every parameter that a route heeds, is one that Twilio has there', () => {
    const unknown = twinRoutes.twilio.flatMap((route) => {
      const { query = [], form = [] } = published[nameOf(route)] ?? {}
      const others = [
        ...(route.query ?? []).filter((name) => !query.includes(name)),
        ...(route.form ?? []).filter((name) => !form.includes(name)),
      ]
      return others.map((name) => `${nameOf(route)} ${name}`)
    })
    expect(unknown).toEqual([])
  })

  test('every answer, to its own client on every route, is whole and as Twilio says', async () => {
    const exchanges = await everything()
    const lies = exchanges.flatMap((exchange) => {
      const route = routeOf(names, exchange) ?? ''
      return untrue(route, exchange.status, exchange.body).map((lie) => `${route}: ${lie}`)
    })
    expect([...new Set(lies)]).toEqual([])
    const asked = new Set(exchanges.map((exchange) => routeOf(names, exchange)))
    expect(names.filter((name) => !asked.has(name))).toEqual([])
  })
})

/** What the client was answered that asked for everything that the twin has. */
async function everything() {
  const world = await busyWorld()
  const { client, exchanges } = world.twilio
  const magic = '+15005550006'

  for (const country of ['CA', 'US'])
    await client.availablePhoneNumbers(country).local.list({ limit: 2 })
  await client.incomingPhoneNumbers.create({ phoneNumber: magic })
  await client.incomingPhoneNumbers.list()
  const [sid = ''] = world.poolSids
  await client.incomingPhoneNumbers(sid).fetch()
  await client.incomingPhoneNumbers(sid).update({ smsUrl: 'https://example.test/sms' })

  const service = client.messaging.v1.services(world.serviceSid)
  await client.messaging.v1.services.list()
  await service.fetch()
  await service.update({ inboundRequestUrl: 'https://example.test/sms' })
  await service.phoneNumbers.list()
  await service.usAppToPerson.list()
  await service.phoneNumbers(sid).remove()

  await client.messages.create({ to: customer, from: magic, body: 'Hi' })
  const [message] = await client.messages.list()
  await client.messages(String(message?.sid)).fetch()
  await client.messages(world.textSid).media.list()
  await client.messages(world.textSid).remove()

  await client.calls.create({ to: customer, from: magic, url: world.voiceUrl })
  const placed = await client.calls.create({ to: customer, from: ourNumber, twiml: '<Response/>' })
  // Also as they are when they ring.
  await client.calls.list()
  await world.idle()
  await client.calls.list()
  await client.calls(placed.sid).fetch()
  world.during.voice = (sid) =>
    client.calls(sid).update({ twiml: '<Response><Hangup/></Response>' })
  await client.calls.create({ to: customer, from: ourNumber, url: world.voiceUrl })
  await world.idle()
  await client.calls(placed.sid).remove()
  const [recording] = await client.recordings.list()
  await client.recordings(String(recording?.sid)).fetch()
  await client.recordings(String(recording?.sid)).remove()

  await client.pricing.v1.phoneNumbers.countries('US').fetch()
  await client.pricing.v1.messaging.countries('CA').fetch()
  await client.pricing.v2.voice.countries('GB').fetch()
  await client.pricing.v2.voice.numbers(ourNumber).fetch()
  await client.pricing.v2.voice.numbers(customer).fetch({ originationNumber: ourNumber })
  await client.api.v2010.accounts(client.accountSid).fetch()
  await client.balance.fetch()
  await client.voice.v1.dialingPermissions.countries('US').fetch()
  await client.accounts.v1.messagingGeopermissions.fetch()
  await client.incomingPhoneNumbers(sid).remove()
  return exchanges
}
