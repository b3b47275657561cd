import { randomInt, randomUUID, type webcrypto } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Route } from '../../src/http/route.ts'
import { effects } from '../support/effects.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, request } from '../support/requests.ts'
import { bodyOf, pathOf, routesOf } from '../support/route-table.ts'
import { aTenant, type Tenant } from '../support/tenants.ts'
import { startWorld, type World } from '../support/world.ts'

const SECRET = 'a-shared-secret-of-supabase-auth-0123456789'
/** So many requests in a minute, and no more, may come from one address. */
const LIMIT = 3

type Sent = { path?: string; headers?: Record<string, string>; body?: object }

describe('API2:2023, broken authentication', () => {
  let world: World
  let strict: World
  let tenant: Tenant
  /** By what is wrong with it. */
  let forgeries: Record<string, string>
  beforeAll(async () => {
    const settings = { AUTH_HS256_SECRET: SECRET, TRUST_PROXY_HOPS: '1' }
    ;[world, strict] = await Promise.all([
      startWorld({ settings }),
      startWorld({ settings: { ...settings, RATE_LIMIT_PER_MINUTE: String(LIMIT) } }),
    ])
    tenant = await aTenant(world)
    forgeries = await forge(world)
  })
  afterAll(() => Promise.all([stopWithCleanLogs(world), stopWithCleanLogs(strict)]))

  const send = (where: World, route: Route, { path = '', headers = {}, body }: Sent) =>
    request(where.origin, route.method, `${pathOf(route, tenant.ids)}${path}`, {
      headers,
      body: body ?? bodyOf(route, tenant.organizationId),
    })
  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

  test('a token, of which each forgery below is a variation, is taken', async () => {
    const answer = await request(world.origin, 'GET', '/api/me', { token: await sign(world) })

    expect(answer.status).toBe(200)
  })

  test.each(routesOf('signup', 'member', 'admin'))(
    '%s, with a token that is forged in any way, answers 401 and does nothing',
    async (_name, route) => {
      const before = await effects(world)

      for (const [circumstance, token] of Object.entries(forgeries)) {
        const answer = await send(world, route, bearer(token))

        expect({ circumstance, status: answer.status }).toEqual({ circumstance, status: 401 })
        expectProblem(
          answer,
          401,
          circumstance.includes('expired') ? 'token_expired' : 'unauthorized',
        )
        expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
      }
      expect(await effects(world)).toEqual(before)
    },
  )

  test.each(routesOf('signup', 'member', 'admin'))(
    '%s, with a credential anywhere but in its header, answers 401 and does nothing',
    async (_name, route) => {
      const token = await sign(world)
      const places: Record<string, Sent> = {
        'in the query': { path: `?access_token=${token}` },
        'in a cookie': { headers: { cookie: `access_token=${token}; authorization=${ADMIN}` } },
        'in another header': { headers: { 'x-api-key': tenant.key, apikey: ADMIN } },
        'in the body': { body: { ...(bodyOf(route) as object), access_token: token } },
        'as a password': {
          headers: { authorization: `Basic ${Buffer.from(`:${ADMIN}`).toString('base64')}` },
        },
        'as the proof of a carrier': { headers: { 'x-orgline-secret': ADMIN } },
      }
      const before = await effects(world)

      for (const [place, sent] of Object.entries(places)) {
        const answer = await send(world, route, sent)

        expect({ place, status: answer.status }).toEqual({ place, status: 401 })
      }
      expect(await effects(world)).toEqual(before)
    },
  )

  test.each(routesOf('twilio', 'elevenlabs', 'elevenlabs_signed'))(
    '%s, with the credentials of people and programs, answers 403 and does nothing',
    async (_name, route) => {
      const before = await effects(world)

      for (const token of [ADMIN, tenant.token, tenant.key]) {
        const answer = await send(world, route, { ...bearer(token), body: {} })

        expectProblem(answer, 403, 'signature_invalid')
      }
      expect(await effects(world)).toEqual(before)
    },
  )

  test.each(routesOf('signup', 'member', 'admin'))(
    '%s, guessed at more often than the limit, answers 429 to that address, whatever it guesses next',
    async (_name, route) => {
      const from = { 'x-forwarded-for': `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}` }
      const guess = (token: string) =>
        send(strict, route, { headers: { ...from, ...bearer(token).headers } })

      for (let n = 0; n < LIMIT; n++) expectProblem(await guess(`guess-${n}`), 401, 'unauthorized')

      expectProblem(await guess(await sign(strict)), 429, 'rate_limited')
    },
  )
})

/** A token as the issuer of this world would make it; claims of undefined are left out. */
function sign(
  world: World,
  claims: JWTPayload = {},
  key: string | webcrypto.CryptoKey = SECRET,
  header = {},
) {
  const now = Math.floor(Date.now() / 1_000)
  const all = {
    iss: world.config.auth.issuer,
    aud: 'authenticated',
    role: 'authenticated',
    sub: randomUUID(),
    exp: now + 600,
    ...claims,
  }
  return new SignJWT(JSON.parse(JSON.stringify(all)))
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT', ...header })
    .sign(typeof key === 'string' ? new TextEncoder().encode(key) : key)
}

async function forge(world: World): Promise<Record<string, string>> {
  const [now, good] = [Math.floor(Date.now() / 1_000), await sign(world)]
  const [, claims = '', signature = ''] = good.split('.')
  const [, others = ''] = (await sign(world)).split('.')
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const keys = await (await fetch(`${world.config.auth.jwksUrl}`)).text()
  const own = await generateKeyPair('ES256', { extractable: true })
  const jwk = await exportJWK(own.publicKey)
  return {
    'without a signature, as alg none allows': `${encode({ alg: 'none' })}.${claims}.`,
    'with alg none and a signature': `${encode({ alg: 'None' })}.${claims}.${signature}`,
    "with another's claims under its signature": good.replace(claims, others),
    'signed with another secret': await sign(world, {}, SECRET.replace('a', 'b')),
    'signed with the public key as if it were the secret': await sign(world, {}, keys),
    'signed with the key that it brings along': await sign(world, {}, own.privateKey, {
      alg: 'ES256',
      jwk,
    }),
    'with a critical extension that nobody knows': `${encode({ alg: 'HS256', crit: ['x'], x: 1 })}.${claims}.${signature}`,
    'of another issuer': await sign(world, { iss: 'https://evil.example/auth/v1' }),
    'for another audience': await sign(world, { aud: 'storage' }),
    'of the role service_role': await sign(world, { role: 'service_role' }),
    'of the role anon': await sign(world, { role: 'anon' }),
    'that has expired': await sign(world, { exp: now - 60 }),
    'that never expires': await sign(world, { exp: undefined as never }),
    'that is not valid yet': await sign(world, { nbf: now + 600 }),
    'of nobody': await sign(world, { sub: undefined as never }),
  }
}
