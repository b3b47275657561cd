import { describe, expect, test } from 'vitest'
import { sql } from '../support/database.ts'
import { request } from '../support/requests.ts'
import { deployment, fault, orders, received, signUp } from '../support/server-process.ts'
import { startChild } from '../support/test-child.ts'

describe('the server process', () => {
  test('started without settings, ends with one message that lists all that is missing', async () => {
    const server = startChild('start', {}, '/')

    expect(await server.exited).toBe(1)
    for (const name of [
      'PUBLIC_URL',
      'ADMIN_API_KEYS',
      'TWILIO_ACCOUNT_SID',
      'ELEVENLABS_API_KEY',
      'SUPABASE_URL',
    ]) {
      expect(server.output()).toContain(name)
    }
  })

  test('started with a setting that is mistyped, names it and what was meant, not its value', async () => {
    const { env } = await deployment()
    const server = startChild('start', { ...env, ALERT_WEBHOOK_ULR: 'https://chat.example/secret' })

    await server.says('ALERT_WEBHOOK_ULR: is no setting; ALERT_WEBHOOK_URL is')

    expect(server.output()).not.toContain('chat.example')
  })

  test.each([
    ['that logs errors only', () => ({ LOG_LEVEL: 'error' })],
    ['whose start fails', (port: string) => ({ PORT: port, HOST: '127.0.0.1' })],
  ])('%s, started with a setting that is mistyped, names it first', async (_, settings) => {
    const { env, twins } = await deployment()
    const more = {
      ALERT_WEBHOOK_ULR: 'https://chat.example/secret',
      ...settings(new URL(twins.origin).port),
    }
    const server = startChild('start', { ...env, ...more })

    await server.says('ALERT_WEBHOOK_ULR: is no setting; ALERT_WEBHOOK_URL is')

    expect(server.output()).not.toMatch(/listening|EADDRINUSE/)
  })

  test('told to stop, ends by itself and finishes the request it is serving', async () => {
    const { env, twins } = await deployment()
    const server = startChild('start', env)
    await server.says('"msg":"listening"')
    await fault(twins, 'availablePhoneNumbers.list', 'slow', { ms: 500 })
    const signingUp = signUp(env)
    await received(twins, 'availablePhoneNumbers.list')

    server.child.kill('SIGTERM')

    expect((await signingUp).status).toBe(201)
    expect(await server.exited).toBe(0)
  })

  test('killed while a purchase is under way, buys exactly once when it is started again', async () => {
    const { env, twins, databaseUrl } = await deployment()
    const first = startChild('server', env)
    await first.says('"msg":"listening"')
    await fault(twins, 'incomingPhoneNumbers.create', 'late', { ms: 300 })
    const signingUp = signUp(env).catch(() => undefined)
    await received(twins, 'incomingPhoneNumbers.create')
    first.child.kill('SIGKILL')
    await Promise.all([first.exited, signingUp])
    // Only time frees a dead worker's order; this is the time.
    await sql(
      databaseUrl,
      'update number_orders set lease_until = now() where lease_until is not null',
    )

    const second = startChild('server', env)
    await second.says('"msg":"listening"')

    await expect
      .poll(async () => (await orders(env)).map((order) => order.status))
      .toEqual(['done'])
    const { body } = await request(twins.origin, 'GET', '/control/state')
    expect(body.twilio.numbers).toHaveLength(1)
    expect(body.twilio.spent).toBe(1_000_000)
    expect(body.requests.twilio['incomingPhoneNumbers.create']).toBe(1)
  })
})
