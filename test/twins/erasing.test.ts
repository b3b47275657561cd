import { describe, expect, test } from 'vitest'
import { customer, ourNumber, outboundLine } from './outbound-line.ts'
import { call, eleven, twilioClient, twinsForTest } from './support.ts'

describe('what a carrier keeps, deleted through its API', () => {
  test('a message, is a 20009 until it has its last status, then gone, and paid for all the same', async () => {
    const twins = await twinsForTest()
    const client = twilioClient(twins)
    await client.incomingPhoneNumbers.create({ phoneNumber: ourNumber })
    const send = () => client.messages.create({ from: ourNumber, to: customer, body: 'Hi' })
    const { sid } = await send()
    await call(twins, 'POST', '/control/idle')
    await call(twins, 'POST', '/control/settings', { messageStatusMs: 3_600_000 })
    const waiting = await send()
    const { spent } = (await call(twins, 'GET', '/control/state')).body.twilio

    await expect(client.messages(waiting.sid).remove()).rejects.toMatchObject({ code: 20009 })
    expect(await client.messages(sid).remove()).toBe(true)

    await expect(client.messages(sid).remove()).rejects.toMatchObject({ status: 404, code: 20404 })
    const { twilio } = (await call(twins, 'GET', '/control/state')).body
    expect(twilio).toMatchObject({ messages: [{ sid: waiting.sid }], spent })
  })

  test('a call with its conversation, is a 20009 while it goes on, then gone at both', async () => {
    const { twins, dial, idle } = await outboundLine()
    const client = twilioClient(twins)
    const { conversation_id: id, callSid } = (await dial()).body
    await idle()
    const { spent } = (await call(twins, 'GET', '/control/state')).body.elevenlabs
    await call(twins, 'POST', '/control/answers', { number: customer, delayMs: 3_600_000 })
    const ringing = (await dial()).body

    await expect(client.calls(ringing.callSid).remove()).rejects.toMatchObject({ code: 20009 })
    expect(await client.calls(callSid).remove()).toBe(true)
    const path = `/convai/conversations/${id}`
    expect(await eleven(twins, 'DELETE', path)).toEqual({ status: 200, body: {} })

    await expect(client.calls(callSid).remove()).rejects.toMatchObject({ code: 20404 })
    expect(await eleven(twins, 'DELETE', path)).toMatchObject({ status: 404 })
    expect(await eleven(twins, 'GET', path)).toMatchObject({ status: 404 })
    const { twilio, elevenlabs } = (await call(twins, 'GET', '/control/state')).body
    expect(elevenlabs).toMatchObject({
      conversations: [{ conversation_id: ringing.conversation_id }],
      spent,
    })
    expect(twilio.calls).toMatchObject([{ sid: ringing.callSid }])
  })

  test('anything, with wrong credentials, is a 401 and stays', async () => {
    const { twins, dial, idle } = await outboundLine()
    const { conversation_id: id, callSid } = (await dial()).body
    await idle()

    const client = twilioClient(twins, { token: 'wrong' })
    await expect(client.calls(callSid).remove()).rejects.toMatchObject({ status: 401 })
    await expect(client.recordings('RE1').remove()).rejects.toMatchObject({ status: 401 })
    const path = `/elevenlabs/v1/convai/conversations/${id}`
    const headers = { 'xi-api-key': 'wrong' }
    expect((await call(twins, 'DELETE', path, undefined, headers)).status).toBe(401)
    const { twilio, elevenlabs } = (await call(twins, 'GET', '/control/state')).body
    expect([twilio.calls, elevenlabs.conversations]).toMatchObject([{ length: 1 }, { length: 1 }])
  })
})
