import { describe, type TestContext, test } from 'vitest'
import { NOTICE, TIMINGS } from '../../sandbox/timings.ts'
import { sql } from '../support/database.ts'
import { releaseHeld } from '../support/held.ts'
import { request } from '../support/requests.ts'
import { deployment, fault, signUp } from '../support/server-process.ts'
import { aText, SMS_PATH, twilioPost } from '../support/signed.ts'
import { startChildOf } from '../support/test-child.ts'

// Concurrently: they mostly wait for one that stops.
describe('a server process, told to stop', { concurrent: true }, () => {
  /** A server that is up, with a number of its own. It has a minute for stopping, unless a test wants less. */
  async function running({ onTestFinished }: TestContext, settings: Record<string, string> = {}) {
    const { env: own, twins, databaseUrl } = await deployment(onTestFinished)
    const env: Record<string, string> = {
      ...own,
      [TIMINGS]: JSON.stringify({ shutdownMs: 60_000 }),
      ...settings,
    }
    const origin = env.PUBLIC_URL ?? ''
    const server = startChildOf(onTestFinished)('server', env)
    await server.says('"msg":"listening"')
    const number: string = (await signUp(env)).body.organization.phoneNumber
    const config = { publicUrl: origin, twilio: { authToken: env.TWILIO_AUTH_TOKEN ?? '' } }
    return {
      env,
      twins,
      databaseUrl,
      server,
      ready: () => request(origin, 'GET', '/readyz'),
      text: () => twilioPost({ origin, config }, SMS_PATH, aText(number)),
      stop: () => server.child.kill('SIGTERM'),
    }
  }

  /** The same, with a sign-up under way whose purchase Twilio does not answer. */
  async function buying(context: TestContext, settings: Record<string, string> = {}) {
    const { expect } = context
    const world = await running(context, settings)
    await fault(world.twins, 'incomingPhoneNumbers.create', 'hold_before')
    const before = await created(world.twins.origin)
    const signingUp = signUp(world.env, 'Second Motors')
    await expect.poll(() => created(world.twins.origin)).toBe(before + 1)
    return { ...world, signingUp }
  }

  const unready = ({ expect }: TestContext, ready: () => ReturnType<typeof request>) =>
    expect.poll(async () => (await ready()).body.code).toBe('not_ready')

  test('with nothing at work, is not ready first, and answers what still comes', async (context) => {
    const { expect } = context
    const { databaseUrl, server, ready, text, stop } = await running(context, {
      SHUTDOWN_NOTICE_MS: '8000',
      [NOTICE]: 'SIGUSR2',
    })

    stop()
    await server.says('a notice of 8000 ms')
    await unready(context, ready)
    const [probe, answer] = [await ready(), await text()]

    expect([probe.status, answer.status]).toEqual([503, 200])
    expect([probe, answer].map(({ headers }) => headers.get('connection'))).toEqual([
      'close',
      'close',
    ])
    expect(await sql(databaseUrl, 'select from messages')).toHaveLength(1)
    expect(server.output()).not.toContain('"msg":"stopped"')
    server.child.kill('SIGUSR2')
    expect(await server.exited).toBe(0)
  })

  test('with a stream of events open, ends that at once, with a hint to come back, and waits for nobody', async (context) => {
    const { expect } = context
    const { env, server, stop } = await running(context, { SHUTDOWN_NOTICE_MS: '0' })
    const [reads, hangs] = await Promise.all(
      [1, 2].map(() =>
        fetch(`${env.PUBLIC_URL}/api/admin/events`, {
          headers: { authorization: 'Bearer sandbox-admin-key' },
        }),
      ),
    )

    stop()
    const text = await reads?.text()

    expect(text).toMatch(/^retry: \d+\nid: \S+\n\n.*retry: \d+\n: this server stops[^\n]+\n\n$/s)
    expect(await server.exited).toBe(0)
    expect(server.output()).not.toContain('took too long')
    await hangs?.body?.cancel().catch(() => {})
  })

  test('while a purchase is under way, answers whoever waits for it, and all that comes', async (context) => {
    const { expect } = context
    const { twins, server, ready, text, stop, signingUp } = await buying(context)

    stop()
    const { status, headers, body } = await signingUp
    await unready(context, ready)
    const answer = await text()
    const state = (await request(twins.origin, 'GET', '/control/state')).body

    expect([status, body.organization]).toMatchObject([201, { phoneNumberStatus: 'pending' }])
    expect(headers.get('connection')).toBe('close')
    expect(answer.status).toBe(200)
    expect(state.twilio.numbers).toHaveLength(1)
    await releaseHeld({ twins }, 1, expect)
    expect(await server.exited).toBe(0)
    const { twilio } = (await request(twins.origin, 'GET', '/control/state')).body
    expect(twilio.numbers).toHaveLength(2)
  })

  test('while a batch is bought, answers at once how far it is', async (context) => {
    const { expect } = context
    const { env, twins, server, stop } = await running(context)
    await fault(twins, 'availablePhoneNumbers.list', 'hold_before')
    const before = await listed(twins.origin)
    const buyingMany = request(env.PUBLIC_URL ?? '', 'POST', BATCH_PATH, {
      token: 'sandbox-admin-key',
      body: { count: 3, areaCode: '604' },
    })
    await expect.poll(() => listed(twins.origin)).toBeGreaterThan(before)

    stop()

    const { status, body } = await buyingMany
    expect(status).toBe(202)
    expect(body.pending).toBeGreaterThan(0)
    await releaseHeld({ twins }, 1, expect)
    expect(await server.exited).toBe(0)
  })

  test('while a purchase is never answered, ends all the same, with no one refused before', async (context) => {
    const { expect } = context
    const { server, ready, text, stop, signingUp } = await buying(context, {
      [TIMINGS]: JSON.stringify({ shutdownMs: 20_000 }),
    })

    stop()
    await signingUp
    await unready(context, ready)
    const answers = [await text(), await text()]

    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(await server.exited).toBe(0)
    expect(server.output()).toContain('"msg":"stopped"')
  })

  test('twice, ends at once', async (context) => {
    const { expect } = context
    const { server, ready, stop, signingUp } = await buying(context)
    stop()
    await signingUp
    await unready(context, ready)

    stop()

    expect(await server.exited).toBe(1)
  })
})

const BATCH_PATH = '/api/admin/phone-numbers/batch-purchase'

const requested = async (twins: string, operation: string): Promise<number> =>
  (await request(twins, 'GET', '/control/state')).body.requests.twilio?.[operation] ?? 0
const created = (twins: string) => requested(twins, 'incomingPhoneNumbers.create')
const listed = (twins: string) => requested(twins, 'availablePhoneNumbers.list')
