import { describe, expect, test } from 'vitest'
import { customer, ours, textLine } from './messaging.ts'

describe('Messaging Service', () => {
  test('made and changed, tells what holds', async () => {
    const { client } = await textLine()
    const { services } = client.messaging.v1
    const made = await services.create({ friendlyName: 'Premium' })
    expect(made).toMatchObject({
      sid: expect.stringMatching(/^MG[0-9a-f]{32}$/),
      inboundRequestUrl: null,
      useInboundWebhookOnNumber: false,
      usAppToPersonRegistered: false,
    })
    await services(made.sid).update({
      useInboundWebhookOnNumber: true,
      inboundRequestUrl: 'https://example.test/sms',
    })
    expect(await services(made.sid).fetch()).toMatchObject({
      friendlyName: 'Premium',
      useInboundWebhookOnNumber: true,
      inboundRequestUrl: 'https://example.test/sms',
    })
    expect((await services.list()).map(({ sid }) => sid)).toEqual([made.sid])
    await expect(services('MGnone').fetch()).rejects.toMatchObject({ status: 404, code: 20404 })
    const invalid = services(made.sid).update({ fallbackUrl: 'nowhere' })
    await expect(invalid).rejects.toMatchObject({ status: 400 })
  })

  test('its pool, takes a number once and releases it, also when it is released', async () => {
    const line = await textLine()
    const { client, number, control } = line
    const service = await line.service()
    const { phoneNumbers } = client.messaging.v1.services(service.sid)
    const listed = async () => (await phoneNumbers.list({ pageSize: 1 })).map(({ sid }) => sid)
    const second = await client.incomingPhoneNumbers.create({ phoneNumber: '+12125552000' })
    const attach = (sid: string) => phoneNumbers.create({ phoneNumberSid: sid })
    await expect(attach(number.sid)).rejects.toMatchObject({ code: 21710 })
    await expect(attach('PNnone')).rejects.toMatchObject({ code: 21421 })
    await control('settings', { servicePoolSize: 1 })
    await expect(attach(second.sid)).rejects.toMatchObject({ code: 21714 })
    await control('settings', { servicePoolSize: 400 })
    expect(await attach(second.sid)).toMatchObject({ sid: second.sid, countryCode: 'US' })
    expect(await listed()).toEqual([number.sid, second.sid])
    const other = await client.messaging.v1.services.create({ friendlyName: 'Other' })
    const elsewhere = client.messaging.v1.services(other.sid).phoneNumbers
    const taken = elsewhere.create({ phoneNumberSid: number.sid })
    await expect(taken).rejects.toMatchObject({ code: 21712 })
    await phoneNumbers(number.sid).remove()
    await expect(phoneNumbers(number.sid).remove()).rejects.toMatchObject({ code: 20404 })
    await client.incomingPhoneNumbers(second.sid).remove()
    expect(await listed()).toEqual([])
  })

  test('without an URL of its own, a text to its number is lost and on no record', async () => {
    const line = await textLine()
    await line.service()
    expect(await line.text('Hi')).toEqual({
      status: null,
      body: null,
      messageSid: null,
      autoReply: null,
    })
    expect(line.received).toEqual([])
    expect(await line.client.messages.list()).toEqual([])
  })

  test.each<[string, object, string]>([
    ['with an URL of its own', { inboundRequestUrl: 'service' }, '/service'],
    ['with useInboundWebhookOnNumber', { useInboundWebhookOnNumber: true }, '/sms'],
  ])('%s, a text to its number goes there', async (_name, settings, path) => {
    const line = await textLine()
    const { sid } = await line.service()
    const { inboundRequestUrl: url } = settings as { inboundRequestUrl?: string }
    await line.client.messaging.v1
      .services(sid)
      .update({ ...settings, ...(url && { inboundRequestUrl: `${line.origin}/${url}` }) })
    await line.text('Hi')
    expect(line.received).toMatchObject([{ path, form: { MessagingServiceSid: sid } }])
  })

  test('message through it, is accepted first and sent from a number of its own', async () => {
    const line = await textLine()
    const statusCallback = `${line.origin}/status`
    const { sid } = await line.service({ statusCallback })
    const changes = { from: undefined, statusCallback: undefined, messagingServiceSid: sid }
    const sent = await line.send(changes)
    expect(sent).toMatchObject({ status: 'accepted', from: null, numSegments: '0' })
    await line.idle()
    expect(line.statuses()).toEqual(['queued', 'sending', 'sent', 'delivered'])
    expect(line.received[0]?.form).toMatchObject({ MessagingServiceSid: sid, From: ours })
    const expected = { from: ours, numSegments: '1', messagingServiceSid: sid }
    expect(await line.client.messages(sent.sid).fetch()).toMatchObject(expected)
    expect((await line.send({ messagingServiceSid: sid })).from).toBe(ours)
    await line.client.incomingPhoneNumbers.create({ phoneNumber: '+16045552001' })
    const foreign = line.send({ messagingServiceSid: sid, from: '+16045552001' })
    await expect(foreign).rejects.toMatchObject({ code: 21606 })
    await line.client.messaging.v1.services(sid).phoneNumbers(line.number.sid).remove()
    await expect(line.send(changes)).rejects.toMatchObject({ code: 21704 })
  })
})

describe('registration of US numbers', () => {
  const phoneNumber = '+12125552000'

  async function outcome(line: Awaited<ReturnType<typeof textLine>>) {
    const { sid } = await line.send()
    await line.idle()
    const { status, errorCode } = await line.client.messages(sid).fetch()
    return [status, errorCode]
  }

  test('required, an unregistered number gets 30034 until it is registered', async () => {
    const line = await textLine({ phoneNumber })
    expect(await outcome(line)).toEqual(['delivered', null])
    await line.control('settings', { requireA2p: true })
    expect(await outcome(line)).toEqual(['undelivered', 30034])
    await line.control('registrations', { number: phoneNumber, registered: true })
    expect(await outcome(line)).toEqual(['delivered', null])
  })

  test('required, a service helps as soon as it has a campaign', async () => {
    const line = await textLine({ phoneNumber })
    await line.control('settings', { requireA2p: true })
    const { sid } = await line.service({ useInboundWebhookOnNumber: true })
    const { usAppToPerson } = line.client.messaging.v1.services(sid)
    expect(await usAppToPerson.list()).toEqual([])
    await line.control('services', { sid, campaignStatus: 'IN_PROGRESS' })
    expect(await outcome(line)).toEqual(['undelivered', 30034])
    expect(await usAppToPerson.list()).toMatchObject([
      {
        sid: expect.stringMatching(/^QE/),
        messagingServiceSid: sid,
        campaignStatus: 'IN_PROGRESS',
      },
    ])
    await line.control('services', { sid, campaignStatus: 'VERIFIED' })
    expect(await outcome(line)).toEqual(['delivered', null])
    expect((await usAppToPerson.list()).map((each) => each.campaignStatus)).toEqual(['VERIFIED'])
    expect((await line.client.messaging.v1.services(sid).fetch()).usAppToPersonRegistered).toBe(
      true,
    )
  })

  test('required, a Canadian number needs none', async () => {
    const line = await textLine()
    await line.control('settings', { requireA2p: true })
    expect(await outcome(line)).toEqual(['delivered', null])
    expect(line.received.at(-1)?.form.To).toBe(customer)
  })
})
