import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createAlertWebhook } from '../../src/notifications/alert-webhook.ts'
import { type AlertDirectly, createDirectAlert } from '../../src/notifications/direct-alert.ts'
import { createDatabaseWatch } from '../../src/server/database-watch.ts'
import { alertReceiver } from '../support/alert-receiver.ts'
import { answerText } from '../support/carrier-server.ts'
import { cloneDatabase } from '../support/database.ts'
import { type GatewayAnswer, gatewayAnswers, startGateway } from '../support/gateway.ts'
import { memoryLog } from '../support/memory-log.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, request } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const KEY = 'sb_secret_of_the_project_0123'
const FIVE_MINUTES = 300_000

describe('a server on Supabase', () => {
  let database: Awaited<ReturnType<typeof cloneDatabase>>
  let gateway: Awaited<ReturnType<typeof startGateway>>
  let world: World
  beforeAll(async () => {
    database = await cloneDatabase()
    gateway = await startGateway(database.url, KEY)
    world = await startWorld({
      settings: { SUPABASE_URL: gateway.url, SUPABASE_SECRET_KEY: KEY },
    })
  })
  afterAll(async () => {
    await world.stop()
    await gateway.stop()
    await database.drop()
  })
  beforeEach(() => {
    Object.assign(gateway.state, { key: KEY, instead: undefined })
  })

  const ready = () => request(world.origin, 'GET', '/readyz')
  const answerWith = (answer: GatewayAnswer) => {
    gateway.state.instead = answer
  }

  /** The server's look at its database, with a clock that the test sets. */
  function watching(url: string) {
    const clock = { now: 0 }
    const now = () => clock.now
    const send = createAlertWebhook({ url, timeoutMs: 60_000 })
    const { log } = memoryLog()
    const report = createDirectAlert({ send, publicUrl: 'https://line.example.com', log, now })
    const check = watchOf(report, now)
    return { clock, check }
  }

  function watchOf(report: AlertDirectly, now: () => number) {
    const watch = createDatabaseWatch({ checkSchema: world.context.checkSchema, report, now })
    return () => watch(new AbortController().signal).catch(() => {})
  }

  test('whose key was rotated, is not ready, and says which setting to change', async () => {
    gateway.state.key = 'sb_secret_the_new_one_0123456'

    const answer = await ready()

    expectProblem(answer, 503, 'not_ready')
    expect(answer.body.detail).toMatch(/status 401.*SUPABASE_SECRET_KEY/)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  test('whose key was rotated, answers everybody else 503 and nothing of its settings', async () => {
    gateway.state.key = 'sb_secret_the_new_one_0123456'

    const answer = await request(world.origin, 'GET', '/api/admin/orders', { token: ADMIN })

    expectProblem(answer, 503, 'database_unavailable')
    expect(JSON.stringify(answer.body)).not.toMatch(/supabase/i)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  test.each([
    'quota',
    'timedOut',
    'tooMany',
    'noProject',
    'clock',
    'locked',
    'noClients',
    'pageWith200',
    'pageWith404',
    'pageWith500',
    'badGateway',
  ] as const)('that is answered "%s", is not ready and says when to ask again', async (name) => {
    answerWith(gatewayAnswers[name])

    const [probe, list] = [
      await ready(),
      await request(world.origin, 'GET', '/api/admin/orders', { token: ADMIN }),
    ]

    for (const answer of [probe, list]) {
      expectProblem(answer, 503, 'database_unavailable')
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    }
  })

  test.each(['wrongKey', 'foreignJwt', 'publishableKey', 'forbidden', 'blocked'] as const)(
    'that is refused with "%s", tells a person at once, past the database, and once',
    async (name) => {
      const receiver = await alertReceiver()
      const { check } = watching(receiver.url)
      answerWith(gatewayAnswers[name])

      await check()
      await check()

      expect(receiver.texts()).toEqual([
        expect.stringMatching(/https:\/\/line\.example\.com\n.*SUPABASE_SECRET_KEY/),
      ])
    },
  )

  test('that is let in again, tells that it is over, and no more', async () => {
    const receiver = await alertReceiver()
    const { check } = watching(receiver.url)
    answerWith(gatewayAnswers.wrongKey)
    await check()
    gateway.state.instead = undefined

    await check()
    await check()

    expect(receiver.texts().slice(1)).toEqual([
      expect.stringContaining('The database serves this server again.'),
    ])
  })

  test('whose receiver does not answer, is told of by a later look', async () => {
    const receiver = await alertReceiver(answerText(503, 'later'), answerText(200, 'ok'))
    const { check } = watching(receiver.url)
    answerWith(gatewayAnswers.wrongKey)

    await check()
    await check()
    await check()

    expect(receiver.texts()).toHaveLength(2)
  })

  test('that is refused again and again within an hour, is told of once, and after it anew', async () => {
    const receiver = await alertReceiver()
    const { check, clock } = watching(receiver.url)
    const comeAndGo = async () => {
      answerWith(gatewayAnswers.wrongKey)
      await check()
      gateway.state.instead = undefined
      await check()
    }

    await comeAndGo()
    await comeAndGo()
    const within = receiver.texts().length
    clock.now = 3_600_000
    await comeAndGo()

    expect([within, receiver.texts().length]).toEqual([2, 4])
  })

  test.each(['quota', 'badGateway', 'oldFunctions'] as const)(
    'that is answered "%s", tells a person when it has lasted for five minutes',
    async (name) => {
      const receiver = await alertReceiver()
      const { check, clock } = watching(receiver.url)
      answerWith(gatewayAnswers[name])

      await check()
      clock.now = FIVE_MINUTES - 1
      await check()
      const before = receiver.texts().length
      clock.now = FIVE_MINUTES
      await check()
      await check()

      expect(before).toBe(0)
      expect(receiver.texts()).toEqual([expect.stringMatching(/not answered|npm run migrate/)])
    },
  )

  test('that has a short outage, tells nobody, not even that it is over', async () => {
    const receiver = await alertReceiver()
    const { check, clock } = watching(receiver.url)
    answerWith(gatewayAnswers.badGateway)
    await check()
    gateway.state.instead = undefined
    clock.now = FIVE_MINUTES

    await check()

    expect(receiver.texts()).toEqual([])
  })

  test('that is refused, has it in its log as an error, once', async () => {
    await ready()
    answerWith(gatewayAnswers.forbidden)
    const before = world.logs.length

    await ready()
    await ready()

    const reported = world.logs
      .slice(before)
      .filter((line) => !line.includes('"req"'))
      .map((line) => JSON.parse(line) as { level: number; msg: string })
      .filter(({ msg }) => msg.startsWith('Supabase refuses this server (status 403)'))
    expect(reported).toMatchObject([{ level: 50 }])
  })
})

describe('a server with ALERT_WEBHOOK_URL', () => {
  test('whose loops run, watches its database', async () => {
    const receiver = await alertReceiver()
    const database = await cloneDatabase()
    const gateway = await startGateway(database.url, KEY)
    const world = await startWorld({
      settings: {
        SUPABASE_URL: gateway.url,
        SUPABASE_SECRET_KEY: KEY,
        ALERT_WEBHOOK_URL: receiver.url,
      },
    })
    const loops = world.context.modules.flatMap((module) => module.loops)
    const watch = loops.find(({ name }) => name === 'schema')
    gateway.state.key = 'another-key-0123456789'

    if (watch && 'tick' in watch) await watch.tick(new AbortController().signal)

    expect(receiver.texts()).toEqual([expect.stringContaining('SUPABASE_SECRET_KEY')])
    await world.stop()
    await gateway.stop()
    await database.drop()
  })
})
