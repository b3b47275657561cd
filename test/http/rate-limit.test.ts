import { randomBytes, randomInt } from 'node:crypto'
import { connect } from 'node:net'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { aKey } from '../support/api-keys.ts'
import { effects } from '../support/effects.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { LOCK_WAITERS } from '../support/lock-waiters.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, type Answer, request, signUp } from '../support/requests.ts'
import { aCall, askInitiation, aText, SMS_PATH, twilioPost } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

const LIMIT = 5

describe('the rate limit', () => {
  let world: World
  let number: string
  let organizationId: string
  /** Of a user, whom an address limits. */
  let token: string
  beforeAll(async () => {
    world = await startWorld({
      settings: { RATE_LIMIT_PER_MINUTE: String(LIMIT), TRUST_PROXY_HOPS: '1' },
    })
    const signedUp = await signUp(world)
    number = signedUp.organization.phoneNumber
    organizationId = signedUp.organization.id
    token = signedUp.token
  })
  afterAll(() => stopWithCleanLogs(world))

  /** The header by which our proxy says for whom it asks; an address nobody else has. */
  const from = () => ({
    'x-forwarded-for': `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`,
  })
  const times = <T>(count: number, work: () => Promise<T>) =>
    Promise.all(Array.from({ length: count }, work))
  /** Signed up by an operator, whom no address limits. */
  const anOrganization = () => signUp(world, {}, ADMIN)
  /** Asks with a key of an organization of its own. */
  async function aProgram() {
    const { organization } = await anOrganization()
    const { key } = await aKey(world, organization.id, ['read'])
    return (headers: Record<string, string>) =>
      request(world.origin, 'GET', `/api/organizations/${organization.id}`, { token: key, headers })
  }
  const statuses = (answers: Answer[]) => answers.map(({ status }) => status).sort()

  function expectLimited(answer: Answer): void {
    expectProblem(answer, 429, 'rate_limited')
    const seconds = Number(answer.headers.get('retry-after'))
    expect(seconds).toBeGreaterThan(0)
    expect(seconds).toBeLessThanOrEqual(60)
    // It must be worth waiting for: not before the window, which ends as the header says, is over.
    const [, reset] = /;\s*t=(\d+)/.exec(answer.headers.get('ratelimit') ?? '') ?? []
    expect(seconds).toBeGreaterThanOrEqual(Number(reset))
  }

  test('API requests, more than the limit from one address, answer 429 and when to come back', async () => {
    const headers = from()
    const ask = () =>
      request(world.origin, 'GET', `/api/organizations/${organizationId}`, { token, headers })
    const within = await times(LIMIT, ask)

    const beyond = await ask()

    expect(new Set(statuses(within))).toEqual(new Set([200]))
    expectLimited(beyond)
  })

  test('the document, more than the limit from one address, answers 429; probes never do', async () => {
    const headers = from()
    const ask = (path: string) => () => request(world.origin, 'GET', path, { headers })
    await times(LIMIT, ask('/openapi.json'))

    expectLimited(await ask('/openapi.json')())
    expect(new Set(statuses(await times(3 * LIMIT, ask('/livez'))))).toEqual(new Set([200]))
  })

  test('API requests, beyond the limit, have no effect', async () => {
    const headers = from()
    await times(LIMIT, () =>
      request(world.origin, 'GET', `/api/organizations/${organizationId}`, { token, headers }),
    )
    const before = await effects(world)

    const answer = await request(world.origin, 'POST', '/api/auth/organizations', {
      token,
      headers,
      body: { name: 'One Too Many', email: 'o@example.com' },
    })

    expectLimited(answer)
    expect(await effects(world)).toEqual(before)
  })

  test('guesses of an API key, beyond the limit, are no longer even checked', async () => {
    const headers = from()
    const { key } = await aKey(world, organizationId, ['read'])
    const guess = (token: string) =>
      request(world.origin, 'GET', `/api/organizations/${organizationId}`, { token, headers })
    await times(LIMIT, () => guess(`${key.slice(0, -1)}!`))

    const answer = await guess(key)

    expectLimited(answer)
  })

  test('guesses of an API key, many more than the limit while the database is slow, are looked up as often as the limit says', async () => {
    const headers = from()
    const guess = () =>
      request(world.origin, 'GET', `/api/organizations/${organizationId}`, {
        token: `ol_${randomBytes(32).toString('base64url')}`,
        headers,
      })
    const slow = new Client({ connectionString: world.database.url })
    await slow.connect()
    onTestFinished(() => slow.end())
    await slow.query('begin; lock table orgline.api_keys in access exclusive mode')

    const answers = times(4 * LIMIT, guess)
    await expect.poll(() => world.sql(LOCK_WAITERS)).not.toEqual([])
    await slow.query('commit')

    expect(statuses(await answers).filter((status) => status === 401)).toHaveLength(LIMIT)
    expect(statuses(await answers).filter((status) => status === 429)).toHaveLength(3 * LIMIT)
  })

  test('guesses of an API key, whose sender waits for no answer, count too', async () => {
    const headers = from()
    const { key } = await aKey(world, organizationId, ['read'])
    const { hostname, port } = new URL(world.origin)
    const guess = () =>
      new Promise<void>((resolve) => {
        const socket = connect(Number(port), hostname).on('close', () => resolve())
        const lines = [
          `GET /api/organizations/${organizationId} HTTP/1.1`,
          'Host: x',
          `X-Forwarded-For: ${headers['x-forwarded-for']}`,
          `Authorization: Bearer ${key.slice(0, -1)}!`,
        ]
        socket.write(`${lines.join('\r\n')}\r\n\r\n`, () => socket.destroy())
      })
    await times(LIMIT, guess)

    const ask = () =>
      request(world.origin, 'GET', `/api/organizations/${organizationId}`, { token: key, headers })

    await expect.poll(async () => (await ask()).status).toBe(429)
  })

  test.each([
    ['a path that is not there', 'GET', '/api/nothing'],
    ['a method that is not there', 'DELETE', '/livez'],
    ['a method that the document has not', 'POST', '/openapi.json'],
    ['a path that cannot be read', 'GET', '/api/organizations/%E0%A4%A'],
  ])('%s, asked more than the limit from one address, answers 429', async (_what, method, path) => {
    const headers = from()
    const ask = () => request(world.origin, method, path, { headers })
    const within = await times(LIMIT, ask)

    expect(statuses(within).filter((status) => status === 429)).toEqual([])
    expectLimited(await ask())
  })

  test("guesses of an operator's key, limit users of that address, and not the operator", async () => {
    const headers = from()
    const ask = (as: string) =>
      request(world.origin, 'GET', `/api/organizations/${organizationId}`, { token: as, headers })
    await times(LIMIT, () => ask('sandbox-admin-keZ'))

    expectLimited(await ask(token))
    expect((await ask(ADMIN)).status).toBe(200)
  })

  test("sign-ups of a whole product, with an operator's key from one address, are not limited", async () => {
    const headers = from()

    const answers = await times(LIMIT + 3, () =>
      request(world.origin, 'POST', '/api/auth/organizations', {
        token: ADMIN,
        headers,
        body: { name: `Dealer ${randomInt(1e9)}`, email: 'o@example.com', provisionPhone: false },
      }),
    )

    expect(new Set(statuses(answers))).toEqual(new Set([201]))
  })

  test('programs of several organizations, together more than the limit from one address, are served', async () => {
    const headers = from()
    const programs = await times(3, aProgram)

    const answers = await Promise.all(
      programs.flatMap((ask) => Array.from({ length: LIMIT - 1 }, () => ask(headers))),
    )

    expect(new Set(statuses(answers))).toEqual(new Set([200]))
  })

  test('another address, while one is limited, is served', async () => {
    const limited = from()
    await times(LIMIT + 1, () =>
      request(world.origin, 'GET', `/api/organizations/${organizationId}`, {
        token,
        headers: limited,
      }),
    )

    const answer = await request(world.origin, 'GET', `/api/organizations/${organizationId}`, {
      token,
      headers: from(),
    })

    expect(answer.status).toBe(200)
  })

  test('a program, asking more than the limit from many addresses, is limited, and others are not', async () => {
    const [busy, other] = await Promise.all([aProgram(), aProgram()])
    const within = await times(LIMIT, () => busy(from()))

    const beyond = await busy(from())

    expect(new Set(statuses(within))).toEqual(new Set([200]))
    expectLimited(beyond)
    expect((await other(from())).status).toBe(200)
  })

  test('several keys of one organization, together more than the limit, are limited', async () => {
    const { organization } = await anOrganization()
    const keys = await times(2, () => aKey(world, organization.id, ['read']))
    const ask = (token = '') =>
      request(world.origin, 'GET', `/api/organizations/${organization.id}`, {
        token,
        headers: from(),
      })
    await times(LIMIT, () => ask(keys[0]?.key))

    expectLimited(await ask(keys[1]?.key))
  })

  test('signed texts, many more than the limit at once, are all taken', async () => {
    const headers = from()

    const answers = await times(4 * LIMIT, () =>
      twilioPost(world, SMS_PATH, aText(number), { headers }),
    )

    expect(new Set(statuses(answers))).toEqual(new Set([200]))
  })

  test('signed texts, to a number nobody holds, are answered and not limited', async () => {
    const headers = from()

    const answers = await times(4 * LIMIT, () =>
      twilioPost(world, SMS_PATH, aText('+16045558701'), { headers }),
    )

    expect(new Set(statuses(answers))).toEqual(new Set([404]))
  })

  test('pre-call events, many more than the limit at once, are all answered', async () => {
    const headers = from()

    const answers = await times(4 * LIMIT, () => askInitiation(world, aCall(number), headers))

    expect(new Set(statuses(answers))).toEqual(new Set([200]))
  })

  test('forged texts, more than the limit, are limited, and signed ones of a carrier at the same address are not', async () => {
    const headers = from()
    const forge = () => twilioPost(world, SMS_PATH, aText(number), { token: 'guess', headers })
    const sign = () => twilioPost(world, SMS_PATH, aText(number), { headers })
    expect((await sign()).status).toBe(200)
    const within = await times(LIMIT, forge)

    const beyond = await forge()
    const signed = await sign()

    expect(new Set(statuses(within))).toEqual(new Set([403]))
    expectLimited(beyond)
    expect(signed.status).toBe(200)
  })

  test('texts, of an address that has only forged, are not even read beyond its limit: a true one is to come again', async () => {
    const headers = from()
    await times(LIMIT, () =>
      twilioPost(world, SMS_PATH, aText(number), { token: 'guess', headers }),
    )

    const signed = await twilioPost(world, SMS_PATH, aText(number), { headers })
    const unsigned = await twilioPost(world, SMS_PATH, aText(number), { signature: null, headers })

    expectProblem(signed, 503, 'webhooks_busy')
    expect(signed.headers.get('retry-after')).toBe('60')
    expectLimited(unsigned)
  })

  test('forged pre-call events, more than the limit, are limited, and true ones are not', async () => {
    const headers = from()
    const forge = () =>
      askInitiation(world, aCall(number), { ...headers, 'x-orgline-secret': 'guess' })
    const within = await times(LIMIT, forge)

    const beyond = await forge()
    const proven = await askInitiation(world, aCall(number), headers)

    expect(new Set(statuses(within))).toEqual(new Set([403]))
    expectLimited(beyond)
    expect(proven.status).toBe(200)
  })

  test('forged texts, beyond their limit, leave the budget of API requests alone', async () => {
    const headers = from()
    await times(LIMIT + 1, () =>
      twilioPost(world, SMS_PATH, aText(number), { signature: null, headers }),
    )

    const answer = await request(world.origin, 'GET', '/api/admin/orders', {
      token: ADMIN,
      headers,
    })

    expect(answer.status).toBe(200)
  })

  test('an address, claimed in front of the one our proxy saw, does not open another budget', async () => {
    const real = from()['x-forwarded-for']
    const ask = () =>
      request(world.origin, 'GET', `/api/organizations/${organizationId}`, {
        token,
        headers: { 'x-forwarded-for': `${from()['x-forwarded-for']}, ${real}` },
      })
    await times(LIMIT, ask)

    const answer = await ask()

    expectLimited(answer)
  })
})
