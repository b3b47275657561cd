import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { customer, ourNumber, outboundLine, variables } from './outbound-line.ts'
import { call, eleven } from './support.ts'

const repeated = [408, 429, 500, 503]

function signatureOf(raw: string, secret: string, time: number): string {
  const hash = createHmac('sha256', secret).update(`${time}.${raw}`).digest('hex')
  return `t=${time},v0=${hash}`
}

describe('post-call events of outbound calls', () => {
  test('answered, a signed transcription brings back what the call was given', async () => {
    const { dial, idle, received, webhookSecret } = await outboundLine()
    const { body } = await dial()
    await idle()
    expect(received).toHaveLength(1)
    const [{ event, raw, signature } = { event: null, raw: '', signature: '' }] = received
    expect(event).toMatchObject({
      type: 'post_call_transcription',
      data: {
        conversation_id: body.conversation_id,
        status: 'done',
        user_id: 'call-1',
        transcript: [{ message: 'Hi Ann, this is Jack from Premium Auto Sales.' }],
        metadata: {
          phone_call: {
            direction: 'outbound',
            agent_number: ourNumber,
            external_number: customer,
            call_sid: body.callSid,
          },
        },
        conversation_initiation_client_data: { dynamic_variables: variables },
      },
    })
    expect(signature).toBe(signatureOf(raw, webhookSecret, event.event_timestamp))
  })

  test.each([
    ['busy', 'busy', 'busy'],
    ['no-answer', 'no-answer', 'no_answer'],
    ['failed', 'unknown', 'failed'],
  ])('%s, the failure is told with what Twilio said', async (result, reason, callResult) => {
    const { dial, arrange, idle, received, conversation, state, request } = await outboundLine()
    await arrange({ result })
    const { body } = await dial()
    await idle()
    expect(received.map(({ event }) => event)).toEqual([
      {
        type: 'call_initiation_failure',
        event_timestamp: expect.any(Number),
        data: {
          agent_id: request.agent_id,
          conversation_id: body.conversation_id,
          failure_reason: reason,
          metadata: {
            type: 'twilio',
            body: expect.objectContaining({
              CallSid: body.callSid,
              From: ourNumber,
              To: customer,
              CallStatus: result,
              CallDuration: '0',
              Direction: 'outbound-api',
            }),
          },
        },
      },
    ])
    expect(await conversation(body.conversation_id)).toMatchObject({
      status: 'failed',
      transcript: [],
      metadata: { phone_call: { call_result: callResult } },
    })
    expect((await state()).twilio.calls).toMatchObject([{ sid: body.callSid, status: result }])
  })

  test('failure not among the events wanted, is not told', async () => {
    const { dial, arrange, idle, received } = await outboundLine({ events: ['transcript'] })
    await arrange({ result: 'busy' })
    await dial()
    await idle()
    expect(received).toEqual([])
  })
})

describe('repeated deliveries', () => {
  test.each(repeated)('transcription, answered %i, comes again unchanged', async (status) => {
    const line = await outboundLine({ retries: true, statuses: [status] })
    await line.dial()
    await line.idle()
    expect(line.received).toHaveLength(2)
    expect(line.received[1]).toEqual(line.received[0])
  })

  test('transcription, never accepted, comes five times in all', async () => {
    const { dial, idle, received } = await outboundLine({
      retries: true,
      statuses: Array(9).fill(500),
    })
    await dial()
    await idle()
    expect(received).toHaveLength(5)
  })

  test.each([
    ['refused with a 400', { retries: true, statuses: [400] }],
    ['answered with a 204', { retries: true, statuses: [204] }],
    ['repeats not enabled', { retries: false, statuses: [500] }],
  ])('transcription, %s, comes once', async (_name, options) => {
    const { dial, idle, received } = await outboundLine(options)
    await dial()
    await idle()
    expect(received).toHaveLength(1)
  })

  test('call failure, answered 503, comes once', async () => {
    const line = await outboundLine({ retries: true, statuses: [503] })
    await line.arrange({ result: 'busy' })
    await line.dial()
    await line.idle()
    expect(line.received).toHaveLength(1)
  })

  test('inbound call, repeated delivery, is reported by its first attempt', async () => {
    const { twins, dial, idle, received, request } = await outboundLine({
      retries: true,
      statuses: [200, 503],
      prompt: '',
    })
    await dial()
    await idle()
    await eleven(twins, 'PATCH', `/convai/agents/${request.agent_id}`, {
      conversation_config: { agent: { first_message: 'Hello' } },
    })
    const inbound = await call(twins, 'POST', '/control/calls', { from: customer, to: ourNumber })
    expect(inbound.body.postCall).toEqual({ status: 503 })
    await idle()
    expect(received).toHaveLength(3)
  })

  test('webhook, ten failures and never a success, is disabled until it is enabled', async () => {
    const line = await outboundLine({ statuses: Array(10).fill(400) })
    await line.arrange({})
    const webhook = async () =>
      (await eleven(line.twins, 'GET', '/workspace/webhooks')).body.webhooks[0]
    for (let calls = 1; calls <= 10; calls += 1) {
      expect(await webhook()).toMatchObject({ is_auto_disabled: false })
      await line.dial()
      await line.idle()
    }
    expect(await webhook()).toMatchObject({
      is_auto_disabled: true,
      most_recent_failure_error_code: 400,
    })
    await line.dial()
    await line.idle()
    expect(line.received).toHaveLength(10)
    await eleven(line.twins, 'PATCH', line.webhookPath, line.enable)
    await line.dial()
    await line.idle()
    expect(line.received).toHaveLength(11)
    expect(await webhook()).toMatchObject({ is_auto_disabled: false })
  })

  test('webhook, ten failures after a success, stays enabled', async () => {
    const line = await outboundLine({ statuses: [200, ...Array(10).fill(400)] })
    await line.arrange({})
    for (let calls = 1; calls <= 12; calls += 1) {
      await line.dial()
      await line.idle()
    }
    expect(line.received).toHaveLength(12)
  })
})

describe('control/post-call', () => {
  async function finishedCall(options: Parameters<typeof outboundLine>[0] = {}, result?: string) {
    const line = await outboundLine(options)
    if (result !== undefined) await line.arrange({ result })
    const { body } = await line.dial()
    await line.idle()
    const conversationId: string = body.conversation_id
    const again = (wanted: object = {}) =>
      call(line.twins, 'POST', '/control/post-call', { conversationId, ...wanted })
    return { ...line, conversationId, again }
  }

  test('known conversation, its event comes again with the same data', async () => {
    const { received, again } = await finishedCall()
    expect(await again()).toEqual({ status: 200, body: { status: 200, body: 'heard' } })
    expect(received[1]?.event.data).toEqual(received[0]?.event.data)
  })

  test('changes and timestamp given, are what is signed and sent', async () => {
    const { received, again, webhookSecret } = await finishedCall()
    const changes = { status: 'processing', metadata: { call_duration_secs: -5 }, extra: [1] }
    await again({ changes, timestamp: 1_600_000_000 })
    const { event, raw, signature } = received[1] ?? { event: null, raw: '', signature: '' }
    expect(event).toMatchObject({ event_timestamp: 1_600_000_000, data: changes })
    expect(event.data.metadata.phone_call).toEqual(received[0]?.event.data.metadata.phone_call)
    expect(signature).toBe(signatureOf(raw, webhookSecret, 1_600_000_000))
  })

  test('signature invalid, has the form of a valid one', async () => {
    const { received, again, webhookSecret } = await finishedCall()
    await again({ signature: 'invalid' })
    const { raw, signature, event } = received[1] ?? { event: null, raw: '', signature: '' }
    expect(signature).toMatch(/^t=\d+,v0=[0-9a-f]{64}$/)
    expect(signature).not.toBe(signatureOf(raw, webhookSecret, event.event_timestamp))
  })

  test('transcript of five megabytes, is sent like any other', async () => {
    const { received, again } = await finishedCall({ prompt: '' })
    const message = 'x'.repeat(5_000_000)
    const reply = await again({ changes: { transcript: [{ role: 'user', message }] } })
    // The receiver of these tests takes no more than Express does by itself.
    expect(reply.body.status).toBe(413)
    expect(received).toHaveLength(1)
  })

  test('refused with a 500, is neither repeated nor counted', async () => {
    const { received, again, idle, twins } = await finishedCall({
      retries: true,
      statuses: [200, 500],
    })
    expect((await again()).body.status).toBe(500)
    await idle()
    expect(received).toHaveLength(2)
    const { body } = await eleven(twins, 'GET', '/workspace/webhooks')
    expect(body.webhooks).toMatchObject([{ most_recent_failure_error_code: null }])
  })

  test('call failure, comes again for a call that failed; else it is a 409', async () => {
    const failed = await finishedCall({}, 'busy')
    const type = 'call_initiation_failure'
    expect((await failed.again({ type })).body.status).toBe(200)
    expect(failed.received[1]?.event.data).toEqual(failed.received[0]?.event.data)
    const answered = await finishedCall()
    expect((await answered.again({ type })).status).toBe(409)
  })

  test('unknown conversation or no webhook, is a 404 or a 409', async () => {
    const { twins, again } = await finishedCall()
    expect((await again({ conversationId: 'conv_nobody' })).status).toBe(404)
    await eleven(twins, 'PATCH', '/convai/settings', { webhooks: { post_call_webhook_id: null } })
    expect((await again()).status).toBe(409)
  })
})
