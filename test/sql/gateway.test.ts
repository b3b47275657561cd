import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { createDatabase } from '../../src/database/db.ts'
import { cloneDatabase } from '../support/database.ts'
import { gatewayAnswers, startGateway } from '../support/gateway.ts'

const KEY = 'sb_secret_0123456789'
const Ping = z.object({ deployment: z.string() })

describe('Supabase, asked over HTTP', () => {
  let database: Awaited<ReturnType<typeof cloneDatabase>>
  let gateway: Awaited<ReturnType<typeof startGateway>>
  beforeAll(async () => {
    database = await cloneDatabase()
    gateway = await startGateway(database.url, KEY)
  })
  afterAll(async () => {
    await gateway.stop()
    await database.drop()
  })

  function ping(secretKey = KEY) {
    const target = {
      kind: 'supabase',
      url: gateway.url,
      secretKey,
      timeoutMs: 5_000,
      poolSize: 10,
    } as const
    return createDatabase(target).rpc('ping', {}, Ping)
  }

  function answerInstead(name: keyof typeof gatewayAnswers) {
    gateway.state.instead = gatewayAnswers[name]
    onTestFinished(() => {
      gateway.state.instead = undefined
    })
  }

  test('with the right key, answers', async () => {
    expect(await ping()).toEqual({ deployment: expect.any(String) })
  })

  test('with another key, is not available, and those who run it learn which setting to change', async () => {
    await expect(ping('sb_secret_rotated')).rejects.toMatchObject({
      code: 'database_unavailable',
      message: expect.not.stringContaining('SUPABASE'),
      remedy: expect.stringMatching(/refuses this server \(status 401\).*SUPABASE_SECRET_KEY/),
    })
  })

  test.each([
    'wrongKey',
    'noKey',
    'foreignJwt',
    'noSuitableKey',
    'publishableKey',
    'forbidden',
    'blocked',
    'hiddenSchema',
    'oldFunctions',
  ] as const)(
    'with the answer "%s", that only a person can mend, says what to do',
    async (name) => {
      answerInstead(name)

      await expect(ping()).rejects.toMatchObject({
        name: 'AppError',
        code: 'database_unavailable',
        status: 503,
        remedy: expect.stringMatching(/SUPABASE_SECRET_KEY|Supabase >|npm run migrate/),
      })
    },
  )

  test.each([
    'quota',
    'timedOut',
    'tooMany',
    'noProject',
    'clock',
    'locked',
    'noClients',
    'noConnection',
    'noCache',
    'noPool',
    'noSlots',
    'stopping',
    'starting',
    'broken',
    'tooLong',
    'badGateway',
    'unreachable',
    'paused',
    'pageWith200',
    'pageWith404',
    'pageWith500',
    'emptyWith200',
  ] as const)('with the answer "%s", that passes, is not available for now', async (name) => {
    answerInstead(name)

    const thrown = await ping().catch((error: unknown) => error)

    expect(thrown).toMatchObject({ name: 'AppError', code: 'database_unavailable', status: 503 })
    expect(thrown).not.toHaveProperty('remedy')
  })

  test('with a page of HTML, leaves a short cause for the log', async () => {
    answerInstead('badGateway')

    const thrown = (await ping().catch((error: unknown) => error)) as { cause: Error }

    expect(thrown.cause.message).toMatch(/^no code \(status 502\): .*502 Bad Gateway/)
    expect(thrown.cause.message.length).toBeLessThan(600)
  })

  const oddBodies = [
    '{"error":"quota"}',
    '{"msg":"Project not specified"}',
    '{"message":{"text":"no"},"code":7,"hint":[]}',
    '{"message":null}',
    '"no"',
    '0',
    '[]',
    'null',
  ]
  test.each(
    [400, 402, 404, 429, 500, 503].flatMap((status) =>
      oddBodies.map((body) => [status, body] as const),
    ),
  )('with %i and the JSON %s, is not available for now', async (status, body) => {
    gateway.state.instead = { status, body }

    const thrown = await ping().catch((error: unknown) => error)

    expect(thrown).toMatchObject({ name: 'AppError', code: 'database_unavailable' })
    expect(thrown).not.toHaveProperty('remedy')
    gateway.state.instead = undefined
  })

  test.each([401, 403].flatMap((status) => oddBodies.map((body) => [status, body] as const)))(
    'with %i and the JSON %s, is one that does not let us in',
    async (status, body) => {
      gateway.state.instead = { status, body }

      const thrown = await ping().catch((error: unknown) => error)

      expect(thrown).toMatchObject({
        code: 'database_unavailable',
        remedy: expect.stringContaining('SUPABASE_SECRET_KEY'),
      })
      gateway.state.instead = undefined
    },
  )

  test.each(['42501', '23505', '22P02', 'PGRST102', 'OL999'])(
    'with 403 or 400 and %s, which is the word of PostgreSQL, is our own fault',
    async (code) => {
      gateway.state.instead = {
        status: code === '42501' ? 403 : 400,
        body: JSON.stringify({ code, message: 'told by PostgreSQL', details: null, hint: null }),
      }
      onTestFinished(() => {
        gateway.state.instead = undefined
      })

      await expect(ping()).rejects.toMatchObject({ code: 'internal_error' })
    },
  )
})
