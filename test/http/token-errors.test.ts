import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem } from '../support/problems.ts'
import { PATIENCE_MS, request } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const SECRET = 'a-shared-secret-of-supabase-auth-0123456789'
const ISSUER = 'http://127.0.0.1:9/auth/v1'

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds
const claimsOf = (changed: JWTPayload = {}) =>
  JSON.parse(
    JSON.stringify({
      iss: ISSUER,
      aud: 'authenticated',
      role: 'authenticated',
      sub: randomUUID(),
      exp: inSeconds(600),
      ...changed,
    }),
  ) as JWTPayload

/** Asks for an organization that does not exist: 404 says that the token was good. */
const ask = (world: World, token: string) =>
  request(world.origin, 'GET', `/api/organizations/${randomUUID()}`, { token })

describe('a token that is refused', () => {
  const settings = { AUTH_JWKS_URL: '', AUTH_HS256_SECRET: SECRET, AUTH_ISSUER: ISSUER }
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings })
  })
  afterAll(() => stopWithCleanLogs(world))

  const later = inSeconds(3_600)
  test.each<[string, JWTPayload, string]>([
    ['iss', { iss: 'https://other.example' }, `iss is "https://other.example", wanted "${ISSUER}"`],
    ['iss', { iss: undefined as never }, `iss is missing, wanted "${ISSUER}"`],
    ['aud', { aud: 'anon' }, 'aud is "anon", wanted "authenticated"'],
    ['role', { role: 'anon' }, 'role is "anon", wanted "authenticated"'],
    ['role', { role: undefined }, 'role is missing, wanted "authenticated"'],
    ['exp', { exp: undefined as never }, 'exp is missing, wanted a time in seconds'],
    ['exp', { exp: 'never' as never }, 'exp is "never", wanted a time in seconds'],
    ['nbf', { nbf: later }, `nbf is ${later}, wanted a time in seconds that has come`],
    ['sub', { sub: undefined as never }, 'sub is missing, wanted a uuid'],
    ['sub', { sub: 'jo@example.com' }, 'sub is a string, wanted a uuid'],
    ['email', { email: 5 }, 'email is a number, wanted a string or null'],
    ['is_anonymous', { is_anonymous: 'no' }, 'is_anonymous is a string, wanted a boolean or null'],
  ])(
    'for its claim %s, %o, is told to the log with what was found and wanted',
    async (_claim, changed, reason) => {
      await world.restart({})
      const before = world.logs.length
      const token = await new SignJWT(claimsOf(changed))
        .setProtectedHeader({ alg: 'HS256' })
        .sign(new TextEncoder().encode(SECRET))

      expectProblem(await ask(world, token), 401, 'unauthorized')

      const reported = world.logs.slice(before).filter((line) => line.includes('tokens of users'))
      expect(reported.map((line) => JSON.parse(line).reason)).toEqual([reason])
      expect(reported.join()).not.toContain('jo@example.com')
    },
  )
})

describe('a token, signed with a key of AUTH_JWKS_URL', () => {
  test('that was rotated this very moment, is taken', async () => {
    const { world, token, rotate } = await anIssuer()
    const before = await token()
    expectProblem(await ask(world, before), 404, 'organization_not_found')

    await rotate()
    const answers = await Promise.all([ask(world, await token()), ask(world, await token())])

    for (const answer of answers) expectProblem(answer, 404, 'organization_not_found')
    expectProblem(await ask(world, before), 401, 'unauthorized')
  })

  test('that nobody has, is refused, and many of them ask for the keys hardly more often', async () => {
    const { world, token, lookUps } = await anIssuer()
    await ask(world, await token())
    const strangers = await Promise.all(Array.from({ length: 30 }, () => aSigningKey()))

    const answers = await Promise.all(
      strangers.map(async (stranger) => ask(world, await stranger.sign())),
    )

    for (const answer of answers) expectProblem(answer, 401, 'unauthorized')
    expect(lookUps()).toBeLessThan(15)
  })
})

describe('a good token, while AUTH_JWKS_URL answers no keys', () => {
  test.each(['{}', '{"message":"maintenance"}', '{"keys":[1]}', '[]', 'null', '<html>'])(
    'but %s, is answered with 503, and taken once there are keys',
    async (text) => {
      const { world, token, answer } = await anIssuer(20)
      answer(text)

      expectProblem(await ask(world, await token()), 503, 'auth_unavailable')

      answer(undefined)
      await expect
        .poll(async () => (await ask(world, await token())).status, { timeout: PATIENCE_MS })
        .toBe(404)
    },
  )

  test('asked for often, has the keys asked for once in the time between', async () => {
    const { world, token, lookUps, answer } = await anIssuer(3_600_000)
    answer('{}')

    for (let index = 0; index < 20; index += 1)
      expectProblem(await ask(world, await token()), 503, 'auth_unavailable')

    expect(lookUps()).toBe(1)
  })
})

/** An issuer that signs with one key at a time, and counts how often its keys are asked for. */
async function anIssuer(keysEveryMs = 1_000) {
  let current = await aSigningKey()
  let lookUps = 0
  let wrong: string | undefined
  const server = createServer({ keepAliveTimeout: 0 }, (_req, res) => {
    lookUps += 1
    res.setHeader('content-type', 'application/json')
    res.end(wrong ?? JSON.stringify({ keys: [current.jwk] }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const world = await startWorld({
    settings: { AUTH_JWKS_URL: `http://127.0.0.1:${port}/`, AUTH_ISSUER: ISSUER },
    // As in production, where a test says nothing else.
    overrides: { keysEveryMs },
  })
  onTestFinished(() => stopWithCleanLogs(world))
  return {
    world,
    token: () => current.sign(),
    lookUps: () => lookUps,
    answer(text: string | undefined) {
      wrong = text
    },
    async rotate() {
      current = await aSigningKey()
    },
  }
}

async function aSigningKey() {
  const kid = randomUUID()
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  return {
    jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' },
    sign: () => new SignJWT(claimsOf()).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey),
  }
}
