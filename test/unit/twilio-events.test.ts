import { describe, expect, test } from 'vitest'
import { SmsEvent, toInboundMessage } from '../../src/webhooks/twilio-events.ts'

const sms = {
  MessageSid: 'SM0123456789abcdef0123456789abcdef',
  From: '+16045559001',
  To: '+16045552000',
  Body: 'Is the blue one still there?',
  NumMedia: '0',
  NumSegments: '1',
}

const messageOf = (changes: Record<string, unknown>) =>
  toInboundMessage(SmsEvent.parse({ ...sms, ...changes }), 'request-1')

describe('SmsEvent', () => {
  test.each(['MessageSid', 'From', 'To'])('without %s: is refused, naming it', (name) => {
    const parsed = SmsEvent.safeParse({ ...sms, [name]: undefined })

    expect(parsed.error?.issues).toEqual([expect.objectContaining({ path: [name] })])
  })

  test('with parameters nobody knew of: keeps them and is accepted', () => {
    const event = SmsEvent.parse({ ...sms, MessagingServiceSid: 'MG1', FromCity: 'VANCOUVER' })

    expect(event).toMatchObject({ MessagingServiceSid: 'MG1', FromCity: 'VANCOUVER' })
  })
})

describe('toInboundMessage', () => {
  test('given a plain text: has all that is stored of it', () => {
    const message = messageOf({})

    expect(message).toEqual({
      providerMessageId: sms.MessageSid,
      from: '+16045559001',
      to: '+16045552000',
      customer: '+16045559001',
      body: 'Is the blue one still there?',
      media: [],
      segments: 1,
      keyword: null,
      requestId: 'request-1',
      sentAt: null,
    })
  })

  test('given an OptOutType: goes by it and not by the word', () => {
    expect(messageOf({ Body: 'Stop' }).keyword).toBe('stop')
    expect(messageOf({ Body: 'Arrêt', OptOutType: 'STOP' }).keyword).toBe('stop')
  })

  test('given emoji, right-to-left text and line breaks: keeps the body as it is', () => {
    const body = 'مرحبا 🚗\nzwei Zeilen '

    const message = messageOf({ Body: body })

    expect(message.body).toBe(body)
  })

  test('given repeated parameters: takes the first of each', () => {
    const message = messageOf({ To: ['+16045552000', '+16045552999'], Body: ['one', 'two'] })

    expect(message).toMatchObject({ to: '+16045552000', body: 'one' })
  })

  test('given no body: stores an empty one', () => {
    const message = messageOf({ Body: undefined, NumSegments: undefined, NumMedia: undefined })

    expect(message).toMatchObject({ body: '', segments: null, media: [] })
  })

  test.each(['12345', 'ACME', '+266696687', 'messenger:16045559001', '+19995559001'])(
    'given the sender %s, who is no customer: keeps it, without a customer',
    (From) => {
      const message = messageOf({ From })

      expect(message).toMatchObject({ from: From, customer: null })
    },
  )

  test('given a receiver in no notation of ours: keeps it as it came', () => {
    const message = messageOf({ To: '12345' })

    expect(message.to).toBe('12345')
  })

  test('given media: has each with its type', () => {
    const message = messageOf({
      NumMedia: '2',
      MediaUrl0: 'https://api.twilio.com/ME0',
      MediaContentType0: 'image/jpeg',
      MediaUrl1: 'https://api.twilio.com/ME1',
    })

    expect(message.media).toEqual([
      { url: 'https://api.twilio.com/ME0', contentType: 'image/jpeg' },
      { url: 'https://api.twilio.com/ME1', contentType: null },
    ])
  })

  test('given fewer media than announced: has those there are', () => {
    const message = messageOf({ NumMedia: '3', MediaUrl1: 'https://api.twilio.com/ME1' })

    expect(message.media).toEqual([{ url: 'https://api.twilio.com/ME1', contentType: null }])
  })

  test('given more media than Twilio ever sends: reads ten', () => {
    const urls = Array.from({ length: 20 }, (_, index) => [
      `MediaUrl${index}`,
      `https://m/${index}`,
    ])

    const message = messageOf({ NumMedia: '999', ...Object.fromEntries(urls) })

    expect(message.media).toHaveLength(10)
  })

  test.each(['many', '-1', '1e3', '99999', ''])(
    'given %j for a count: is accepted, without the count',
    (count) => {
      const message = messageOf({ NumMedia: count, NumSegments: count })

      expect(message).toMatchObject({ media: [], segments: null })
    },
  )
})
