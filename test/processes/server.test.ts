import { describe, expect, onTestFinished, test } from 'vitest'
import { setUpElevenLabs } from '../../src/carriers/elevenlabs/setup.ts'
import { parseSetupConfig } from '../../src/config.ts'
import { setupRequest } from '../../src/elevenlabs-setup.ts'
import { ownSettings } from '../../src/sandbox/environment.ts'
import { startTwins, type Twins } from '../../src/sandbox/twins/twins.ts'
import { freePort } from '../support/child.ts'
import { databaseForTest, sql } from '../support/database.ts'
import { ADMIN, request } from '../support/requests.ts'
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
    const first = startChild('start', env)
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

    const second = startChild('start', env)
    await second.says('"msg":"listening"')

    await expect
      .poll(async () => (await orders(env)).map((order) => order.status), { timeout: 15_000 })
      .toEqual(['done'])
    const { body } = await request(twins.origin, 'GET', '/control/state')
    expect(body.twilio.numbers).toHaveLength(1)
    expect(body.twilio.spent).toBe(1_000_000)
    expect(body.requests.twilio['incomingPhoneNumbers.create']).toBe(1)
  })
})

type Env = Record<string, string>

/** The settings of a deployment with its own database and twins, as an operator would write them. */
async function deployment() {
  const [database, twins, port] = [
    await databaseForTest(),
    await startTwins({ port: 0 }),
    await freePort(),
  ]
  onTestFinished(() => twins.close())
  const own = ownSettings({
    port,
    twins: twins.origin,
    databaseUrl: database.url,
    initSecret: 'process-test-secret-0123',
  })
  const { agentId } = await setUpElevenLabs(setupRequest(parseSetupConfig(own)))
  const times = { ORDERS_INTERVAL_MS: '50', ORDER_BACKOFF_MS: '20', ORDER_LOOK_INTERVAL_MS: '400' }
  return {
    env: { ...own, ...times, ELEVENLABS_AGENT_ID: agentId } as Env,
    twins,
    databaseUrl: database.url,
  }
}

function signUp(env: Env) {
  const body = { name: 'Process Motors', email: 'p@example.com', preferredAreaCode: '604' }
  return request(env.PUBLIC_URL ?? '', 'POST', '/api/auth/organizations', { token: ADMIN, body })
}

async function orders(env: Env): Promise<{ status: string }[]> {
  return (await request(env.PUBLIC_URL ?? '', 'GET', '/api/admin/orders', { token: ADMIN })).body
    .orders
}

function fault(twins: Twins, operation: string, kind: string, more: { ms: number }) {
  return request(twins.origin, 'POST', '/control/faults', {
    body: { carrier: 'twilio', operation, kind, ...more },
  })
}

async function received(twins: Twins, operation: string): Promise<void> {
  await expect
    .poll(
      async () =>
        (await request(twins.origin, 'GET', '/control/state')).body.requests.twilio?.[operation] ??
        0,
      { timeout: 15_000 },
    )
    .toBeGreaterThan(0)
}
