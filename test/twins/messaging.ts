import express from 'express'
import { call, serverForTest, twilioClient, twinsForTest } from './support.ts'

export const ours = '+16045552000'
export const customer = '+17785550100'

/** A number that texts come to, and what its application hears at `/sms`, `/status` and elsewhere. */
export async function textLine(options: { phoneNumber?: string; reply?: string } = {}) {
  const { phoneNumber = ours, reply = '<Response/>' } = options
  const twins = await twinsForTest()
  const received: { path: string; form: Record<string, string> }[] = []
  const app = express().use(express.urlencoded({ extended: false }))
  app.post('/:path', (req, res) => {
    received.push({ path: req.path, form: req.body })
    res.type('text/xml').send(reply)
  })
  const origin = await serverForTest(app)
  const client = twilioClient(twins)
  const smsUrl = `${origin}/sms`
  const number = await client.incomingPhoneNumbers.create({ phoneNumber, smsUrl })
  const control = async (path: string, body?: unknown) =>
    (await call(twins, body === undefined ? 'GET' : 'POST', `/control/${path}`, body)).body
  await control('settings', { messageStatusMs: 0 })
  const statusCallback = `${origin}/status`
  return {
    twins,
    client,
    origin,
    received,
    number,
    control,
    /** Sends a message, and answers what Twilio accepted. */
    send: async (changes: object = {}) =>
      await client.messages.create({
        from: phoneNumber,
        to: customer,
        body: 'Hi',
        statusCallback,
        ...changes,
      }),
    /** The customer texts. */
    text: async (body: string, changes: object = {}) =>
      await control('sms', { from: customer, to: phoneNumber, body, ...changes }),
    idle: async () => await control('idle', {}),
    statuses: () =>
      received.filter(({ path }) => path === '/status').map(({ form }) => form.MessageStatus),
    /** A Messaging Service that has the number. */
    service: async (settings: object = {}) => {
      const service = await client.messaging.v1.services.create({
        friendlyName: 'Premium Auto Sales',
        ...settings,
      })
      await client.messaging.v1
        .services(service.sid)
        .phoneNumbers.create({ phoneNumberSid: number.sid })
      return service
    },
  }
}
