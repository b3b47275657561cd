import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import { VERSION as version } from '../../src/server/version.ts'
import { sql } from '../support/database.ts'
import { effects } from '../support/effects.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, answerOf, atCarriers, aUser, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('health', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  const ask = (path: string) => request(world.origin, 'GET', path)

  /** Runs `work` while nobody can connect to the database, and all who were are cut off. */
  async function withoutDatabase<T>(work: () => Promise<T>): Promise<T> {
    const { name } = world.database
    const server = inject('postgresUrl')
    await sql(server, `alter database ${name} with allow_connections false`)
    await sql(
      server,
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '${name}'`,
    )
    try {
      return await work()
    } finally {
      await sql(server, `alter database ${name} with allow_connections true`)
    }
  }

  test('both probes, with everything well, answer 200', async () => {
    const answers = [await ask('/livez'), await ask('/readyz')]

    expect(answers.map(({ status, body }) => [status, body])).toEqual([
      [200, { status: 'ok', version }],
      [200, { status: 'ready' }],
    ])
  })

  test('probes, with HEAD, answer the same without a body', async () => {
    const response = await fetch(`${world.origin}/readyz`, { method: 'HEAD' })
    const { status, body } = await answerOf('HEAD', '/readyz', response)

    expect([status, body]).toEqual([200, ''])
  })

  test('the database, away, makes it not ready but alive, and both again when it is back', async () => {
    const [ready, live] = await withoutDatabase(async () => [
      await ask('/readyz'),
      await ask('/livez'),
    ])
    const back = await ask('/readyz')

    expectProblem(ready, 503, 'database_unavailable')
    expect(Number(ready.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(live.status).toBe(200)
    expect(back.status).toBe(200)
  })

  test('the database, away, makes a sign-up wait before anything is bought', async () => {
    const { token } = await aUser(world)
    const before = await atCarriers(world)

    const { answer } = await withoutDatabase(() => signUp(world, {}, token))

    expectProblem(answer, 503, 'database_unavailable')
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await atCarriers(world)).toEqual(before)
  })

  test.each(['/api/admin/orders', '/api/admin/notifications', '/api/admin/phone-numbers'])(
    'the database, away, makes GET %s answer 503 and when to try again',
    async (path) => {
      const answer = await withoutDatabase(() =>
        request(world.origin, 'GET', path, { token: ADMIN }),
      )

      expectProblem(answer, 503, 'database_unavailable')
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    },
  )

  test('the database, gone in the middle of many requests, breaks none for long', async () => {
    await withoutDatabase(() => Promise.all(Array.from({ length: 20 }, () => ask('/readyz'))))

    const statuses = async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => ask('/readyz')))
      return new Set(answers.map(({ status }) => status))
    }
    await expect.poll(statuses).toEqual(new Set([200]))
  })

  test('readiness, asked often, reads and writes nothing of anybody', async () => {
    const before = await effects(world)

    await Promise.all(Array.from({ length: 5 }, () => ask('/readyz')))

    expect(await effects(world)).toEqual(before)
  })

  test('a shutdown, begun, makes it not ready but alive and still serving', async () => {
    const { readiness } = world.context
    readiness.stopping = true

    const [ready, live, other] = await Promise.all([
      ask('/readyz'),
      ask('/livez'),
      request(world.origin, 'GET', '/api/admin/orders', { token: ADMIN }),
    ]).finally(() => {
      readiness.stopping = false
    })

    expectProblem(ready, 503, 'not_ready')
    expect(Number(ready.headers.get('retry-after'))).toBeGreaterThan(0)
    expect([live.status, other.status]).toEqual([200, 200])
  })

  test('a database, that hangs, makes it not ready instead of hanging with it', async () => {
    const hanging = await startWorld({ overrides: { readyWaitMs: 300 } })
    onTestFinished(() => hanging.stop())
    const other = new Client({ connectionString: hanging.database.url })
    await other.connect()
    await other.query('begin; lock table deployment in access exclusive mode')

    const answer = await request(hanging.origin, 'GET', '/readyz')
    await other.end()

    expectProblem(answer, 503, 'database_unavailable')
  })

  test('probes, unlike other requests, leave no line in the log', async () => {
    const id = `probe-${crypto.randomUUID()}`

    await request(world.origin, 'GET', '/livez', { headers: { 'x-request-id': id } })
    await request(world.origin, 'GET', '/readyz', { headers: { 'x-request-id': id } })

    expect(world.logs.filter((line) => line.includes(id))).toEqual([])
  })
})
