import { describe, expect, test } from 'vitest'
import { customer, ours, textLine } from './messaging.ts'

const unsubscribed = expect.stringContaining('You have successfully been unsubscribed')
const refused = { status: 400, code: 21610 }

describe('keywords', () => {
  test.each([
    'STOP',
    ' stop ',
    'StopAll',
    'UNSUBSCRIBE',
    'cancel',
    'END',
    'QUIT',
    'REVOKE',
    'OPTOUT',
  ])('%s, blocks the pair, replies once and reaches the webhook', async (word) => {
    const line = await textLine()
    expect(await line.text(word)).toMatchObject({ status: 200, autoReply: unsubscribed })
    expect(line.received).toMatchObject([{ path: '/sms', form: { Body: word } }])
    expect(line.received[0]?.form).not.toHaveProperty('OptOutType')
    await expect(line.send()).rejects.toMatchObject(refused)
    expect((await line.text(word)).autoReply).toBeNull()
    const { messages, optOuts } = (await line.control('state')).twilio
    expect(optOuts).toEqual([{ sender: ours, customer }])
    expect(messages).toMatchObject([
      { direction: 'inbound' },
      { direction: 'outbound-reply', from: ours, to: customer, body: unsubscribed },
      { direction: 'inbound' },
    ])
  })

  test.each(['Stop it', 'please cancel', 'stop.', ''])(
    '%j, is a text like any other',
    async (body) => {
      const line = await textLine()
      expect((await line.text(body)).autoReply).toBeNull()
      await line.send()
    },
  )

  test.each(['START', 'yes', 'UNSTOP'])('%s after STOP, unblocks and says so', async (word) => {
    const line = await textLine()
    expect((await line.text(word)).autoReply).toBeNull()
    await line.text('STOP')
    expect((await line.text(word)).autoReply).toContain('re-subscribed')
    expect((await line.send()).status).toBe('queued')
  })

  test.each(['HELP', 'info'])('%s, is answered until the customer has opted out', async (word) => {
    const line = await textLine()
    expect((await line.text(word)).autoReply).toContain('Reply STOP to unsubscribe')
    await line.text('STOP')
    expect((await line.text(word)).autoReply).toBeNull()
  })

  test('STOP, another customer and another number, go on', async () => {
    const line = await textLine()
    await line.client.incomingPhoneNumbers.create({ phoneNumber: '+16045552001' })
    await line.text('STOP')
    await line.send({ to: '+17785550101' })
    await line.send({ from: '+16045552001' })
  })

  test('STOP, an application replies by itself, its words are not sent', async () => {
    const line = await textLine({ reply: '<Response><Message>Bye</Message></Response>' })
    await line.text('STOP')
    const { messages } = (await line.control('state')).twilio
    expect(messages.map(({ body }: { body: string }) => body)).toEqual(['STOP', unsubscribed])
  })

  test('STOP to one number of a Messaging Service, silences the whole service', async () => {
    const line = await textLine()
    const service = await line.service({ useInboundWebhookOnNumber: true })
    const other = await line.client.incomingPhoneNumbers.create({ phoneNumber: '+16045552001' })
    const { phoneNumbers } = line.client.messaging.v1.services(service.sid)
    await phoneNumbers.create({ phoneNumberSid: other.sid })
    await line.text('STOP')
    await expect(line.send({ from: '+16045552001' })).rejects.toMatchObject(refused)
    await line.text('START', { to: '+16045552001' })
    await line.send()
  })

  test('Advanced Opt-Out on the service, tells the webhook the kind of keyword', async () => {
    const line = await textLine()
    const { sid } = await line.service({ useInboundWebhookOnNumber: true })
    await line.control('services', { sid, advancedOptOut: true })
    for (const word of ['quit', 'yes', 'info', 'hello']) await line.text(word)
    const kinds = line.received.map(({ form }) => form.OptOutType)
    expect(kinds).toEqual(['STOP', 'START', 'HELP', undefined])
  })
})
