import { randomUUID } from 'node:crypto'
import { generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem } from '../support/problems.ts'
import { aUser, notifications, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const SECRET = 'a-shared-secret-of-supabase-auth-0123456789'
const ISSUER = 'http://127.0.0.1:9/auth/v1'

/** A token like those of Supabase Auth; `claims` of undefined are left out. */
function sign(claims: JWTPayload = {}, secret = SECRET, alg = 'HS256'): Promise<string> {
  const now = Math.floor(Date.now() / 1_000)
  const all = {
    iss: ISSUER,
    aud: 'authenticated',
    role: 'authenticated',
    sub: randomUUID(),
    iat: now,
    exp: now + 600,
    ...claims,
  }
  return new SignJWT(JSON.parse(JSON.stringify(all)) as JWTPayload)
    .setProtectedHeader({ alg, typ: 'JWT' })
    .sign(new TextEncoder().encode(secret))
}

/** Asks for an organization that does not exist: 404 says that the token was good. */
function ask(world: World, token: string) {
  return request(world.origin, 'GET', `/api/organizations/${randomUUID()}`, { token })
}

describe('a user’s token, checked with AUTH_HS256_SECRET', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({
      settings: { AUTH_JWKS_URL: '', AUTH_HS256_SECRET: SECRET, AUTH_ISSUER: ISSUER },
    })
  })
  afterAll(() => stopWithCleanLogs(world))

  test('a token, with all as it should be, is taken', async () => {
    const token = await sign()

    const answer = await ask(world, token)

    expectProblem(answer, 404, 'organization_not_found')
  })

  test.each<[string, JWTPayload]>([
    ['of another issuer', { iss: 'https://evil.example/auth/v1' }],
    ['without an issuer', { iss: undefined as never }],
    ['for another audience', { aud: 'storage' }],
    ['without an audience', { aud: undefined as never }],
    ['of the role anon', { role: 'anon' }],
    ['of the role service_role', { role: 'service_role' }],
    ['without a role', { role: undefined }],
    ['that never expires', { exp: undefined as never }],
    ['that is not valid yet', { nbf: Math.floor(Date.now() / 1_000) + 600 }],
    ['without a user', { sub: undefined as never }],
    ['whose user is not a uuid', { sub: 'somebody' }],
    ['whose user is empty', { sub: '' }],
    ['whose address is no text', { email: 5 }],
  ])('a token, %s, is refused', async (_circumstance, claims) => {
    const token = await sign(claims)

    const answer = await ask(world, token)

    expectProblem(answer, 401, 'unauthorized')
  })

  test('a token, that has expired, is refused as such', async () => {
    const token = await sign({ exp: Math.floor(Date.now() / 1_000) - 60 })

    const answer = await ask(world, token)

    expectProblem(answer, 401, 'token_expired')
    expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"')
  })

  test('a token, signed with another secret, is refused', async () => {
    const token = await sign({}, SECRET.replace('a', 'b'))

    const answer = await ask(world, token)

    expectProblem(answer, 401, 'unauthorized')
  })

  test('a token, signed with another algorithm, is refused', async () => {
    const token = await sign({}, SECRET.padEnd(64, '0'), 'HS512')

    const answer = await ask(world, token)

    expectProblem(answer, 401, 'unauthorized')
  })

  test('a token, of algorithm none, is refused', async () => {
    const [, payload] = (await sign()).split('.')
    const header = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')

    const answer = await ask(world, `${header}.${payload}.`)

    expectProblem(answer, 401, 'unauthorized')
  })

  test('a token, of an anonymous user, is refused as such', async () => {
    const token = await sign({ is_anonymous: true })

    const answer = await ask(world, token)

    expectProblem(answer, 403, 'anonymous_user')
  })
})

describe('a user’s token, checked with AUTH_JWKS_URL and AUTH_HS256_SECRET side by side', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { AUTH_HS256_SECRET: SECRET } })
  })
  afterAll(() => stopWithCleanLogs(world))

  test('a token, of either kind, is taken', async () => {
    const { token } = await aUser(world)
    const shared = await sign({ iss: `${world.twins.origin}/auth/v1` })

    const answers = [await ask(world, token), await ask(world, shared)]

    for (const answer of answers) expectProblem(answer, 404, 'organization_not_found')
  })

  test.each([
    ['without an address', { email: null }],
    [
      'of a user whose id is of no version of RFC 9562',
      { sub: '00000000-0000-0000-0000-00000000000A' },
    ],
  ])('a token, %s, is taken', async (_, claims) => {
    const issued = { iss: `${world.twins.origin}/auth/v1` }

    const answer = await ask(world, await sign({ ...issued, ...claims } as JWTPayload))

    expectProblem(answer, 404, 'organization_not_found')
  })

  const plain = (id: string) => id.replaceAll('-', '')
  test.each<[string, (id: string) => string]>([
    ['in capitals', (id) => id],
    ['without hyphens', plain],
    ['in braces', (id) => `{${id}}`],
    [
      'with a hyphen after every fourth digit',
      (id) => `{${plain(id).replace(/.{4}(?!$)/g, '$&-')}}`,
    ],
  ])(
    'a token, of a user whose id is written %s, is taken, and its user found as PostgreSQL writes it',
    async (_, write) => {
      const id = randomUUID()
      const token = await sign({
        iss: `${world.twins.origin}/auth/v1`,
        sub: write(id.toUpperCase()),
      })
      const { organization } = await signUp(world, { provisionPhone: false }, token)

      const me = await request(world.origin, 'GET', '/api/me', { token })
      const path = `/api/organizations/${organization.id}/members`
      const { body } = await request(world.origin, 'GET', path, { token })

      expect(me.body.user.id).toBe(id)
      expect(body.members).toMatchObject([{ user_id: id }])
    },
  )

  test.each<[string, (id: string) => string]>([
    ['with one brace', (id) => `{${id}`],
    ['with the other brace', (id) => `${id}}`],
    ['with a digit too many', (id) => `${id}0`],
    ['with a digit too few', (id) => id.slice(1)],
    ['with a hyphen too many', (id) => id.replace('-', '--')],
    ['with a hyphen before it', (id) => `-${id}`],
  ])(
    'a token, of a user whose id is written %s, which PostgreSQL does not take, is refused',
    async (_, write) => {
      const token = await sign({ iss: `${world.twins.origin}/auth/v1`, sub: write(randomUUID()) })

      expectProblem(await ask(world, token), 401, 'unauthorized')
    },
  )

  test('a token, that is none, is refused', async () => {
    expectProblem(await ask(world, 'not.a.token'), 401, 'unauthorized')
  })

  test('tokens, of another issuer, are told to the log once, with what was found and wanted', async () => {
    const before = world.logs.length
    const reported = () =>
      world.logs.slice(before).filter((line) => line.includes('tokens of users'))
    await world.restart({ AUTH_HS256_SECRET: SECRET })
    const tokens = [await sign(), await sign(), await sign()]

    for (const token of tokens) expectProblem(await ask(world, token), 401, 'unauthorized')

    expect(reported()).toHaveLength(1)
    expect(JSON.parse(reported()[0] ?? '')).toMatchObject({
      reason: `iss is "${ISSUER}", wanted "${world.twins.origin}/auth/v1"`,
    })
    for (const token of tokens) expect(world.logs.join()).not.toContain(token.split('.')[2])
  })
})

describe('users’ tokens, where every one is refused', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { AUTH_HS256_SECRET: SECRET } })
  })
  afterAll(() => stopWithCleanLogs(world))

  const reported = async () => {
    await world.context.webhooks.refusals.tick()
    return notifications(world, '?type=tokens_refused&status=pending')
  }
  /** As though nobody had told of any for a while. */
  const quiet = () =>
    world.sql("update admin_notifications set updated_at = now() - interval '16 minutes'")
  const refused = async (times: number) => {
    for (let index = 0; index < times; index += 1) {
      expectProblem(await ask(world, await sign()), 401, 'unauthorized')
    }
  }

  test('a person, after ten, is told why, once, until one is taken', async () => {
    const { token } = await aUser(world)
    await refused(9)
    expect(await reported()).toEqual([])

    await refused(1)

    expect(await reported()).toMatchObject([
      { message: expect.stringContaining(`iss is "${ISSUER}"`) },
    ])
    await refused(1)
    expect(await reported()).toHaveLength(1)
    await ask(world, token)
    await quiet()
    expect(await reported()).toEqual([])
  })

  test('a person, of tokens that one of two servers refuses, is told once, however many the other takes', async () => {
    const rows = "select id from admin_notifications where type = 'tokens_refused'"
    const before = (await world.sql(rows)).length
    for (let round = 0; round < 3; round += 1) {
      await world.sql("select public.note_refusals('token', 0, 10, 'iss')")
      await world.sql("select public.note_refusals('token', 7, 0, '')")
      await world.sql("select public.note_refusals('token', 7, 3, 'iss')")
    }

    expect(await reported()).toHaveLength(1)
    expect(await world.sql(rows)).toHaveLength(before + 1)
    await quiet()
    await world.sql("select public.note_refusals('token', 7, 3, 'iss')")
    expect(await reported()).toEqual([])
  })

  test('a person, of ten with one between them that is taken, is told nothing', async () => {
    const { token } = await aUser(world)
    await refused(6)
    await ask(world, token)

    await refused(6)

    expect(await reported()).toEqual([])
  })

  test('a person, of keys with a slip in them, is told nothing, and whoever sends one what it is', async () => {
    for (let index = 0; index < 12; index += 1) {
      const answer = await ask(world, `sandbox-admin-kez-${index}`)

      expectProblem(answer, 401, 'unauthorized')
      expect(answer.body.detail).toMatch(/^This is neither a key that is known here nor the token/)
    }

    expect(await reported()).toEqual([])
  })

  test('a person, of tokens that have expired, is told nothing', async () => {
    const exp = Math.floor(Date.now() / 1_000) - 60
    const token = await sign({ iss: `${world.twins.origin}/auth/v1`, exp })
    for (let index = 0; index < 12; index += 1) await ask(world, token)

    expect(await reported()).toEqual([])
  })
})

describe('a user’s token, checked with the keys of AUTH_JWKS_URL', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  test('a token, of our issuer and key id but another key, is refused', async () => {
    const jwks = await request(world.twins.origin, 'GET', '/auth/v1/.well-known/jwks.json')
    const { privateKey } = await generateKeyPair('ES256')
    const token = await new SignJWT({ role: 'authenticated' })
      .setProtectedHeader({ alg: 'ES256', kid: jwks.body.keys[0].kid })
      .setIssuer(`${world.twins.origin}/auth/v1`)
      .setAudience('authenticated')
      .setSubject(randomUUID())
      .setExpirationTime('10m')
      .sign(privateKey)

    const answer = await ask(world, token)

    expectProblem(answer, 401, 'unauthorized')
  })

  test('a token, signed with the public key as if it were a secret, is refused', async () => {
    const jwks = await request(world.twins.origin, 'GET', '/auth/v1/.well-known/jwks.json')
    const token = await sign(
      { iss: `${world.twins.origin}/auth/v1` },
      JSON.stringify(jwks.body.keys[0]),
    )

    const answer = await ask(world, token)

    expectProblem(answer, 401, 'unauthorized')
  })
})

describe('a user’s token, while the keys cannot be reached', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { AUTH_JWKS_URL: 'http://127.0.0.1:1/jwks.json' } })
  })
  afterAll(() => stopWithCleanLogs(world))

  test('a good token, then, is answered with 503 and when to try again', async () => {
    const { token } = await aUser(world)

    const answer = await ask(world, token)

    expectProblem(answer, 503, 'auth_unavailable')
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  test('an operator’s key, then, is still taken', async () => {
    const answer = await request(world.origin, 'GET', '/api/admin/orders', {
      token: 'sandbox-admin-key',
    })

    expect(answer.status).toBe(200)
  })
})
