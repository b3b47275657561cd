import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createElevenLabsClient } from '../../src/carriers/elevenlabs/client.ts'
import { createTwilioClient } from '../../src/carriers/twilio/client.ts'
import { createTwilioTelephony } from '../../src/carriers/twilio/telephony.ts'
import { createDatabase } from '../../src/database/db.ts'
import { createAlertWebhook } from '../../src/notifications/alert-webhook.ts'
import { carrierErrorOf, carrierServer, drip } from '../support/carrier-server.ts'

const timeoutMs = 200

describe('an answer that never ends, and is never idle', () => {
  test('of Twilio, is no answer once its time is over', async () => {
    const { origin } = await carrierServer(drip)
    const telephony = createTwilioTelephony(
      createTwilioClient({
        accountSid: 'AC00000000000000000000000000000001',
        authToken: 'token',
        baseUrl: origin,
        timeoutMs,
      }),
    )

    const error = await carrierErrorOf(telephony.findNumber('+16045552000'))

    expect(error.kind).toBe('unreachable')
    expect(error.message).toContain('no answer (time-out)')
  })

  test('of ElevenLabs, is no answer once its time is over', async () => {
    const { origin } = await carrierServer(drip)
    const request = createElevenLabsClient({
      baseUrl: origin,
      apiKey: 'key',
      timeoutMs,
      readAgainMs: 5,
    })

    const error = await carrierErrorOf(
      request({ operation: 'agents.list', method: 'GET', path: 'convai/agents', reply: z.any() }),
    )

    expect(error.kind).toBe('unreachable')
  })

  test('of Supabase, is a database that is away once its time is over', async () => {
    const { origin } = await carrierServer(drip)
    const db = createDatabase({
      kind: 'supabase',
      url: origin,
      secretKey: 'key',
      timeoutMs,
      poolSize: 10,
    })

    const called = db.rpc('last_reconcile', {}, z.any())

    await expect(called).rejects.toMatchObject({ code: 'database_unavailable' })
  })

  test('of who is told of notifications, is not waited for', async () => {
    const { origin } = await carrierServer(drip)

    const sent = await createAlertWebhook({ url: origin, timeoutMs: 60_000 })('text')

    expect(sent).toEqual({ result: 'delivered' })
  })
})
