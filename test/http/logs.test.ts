import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { leaksOf } from '../support/leaks.ts'
import { ADMIN, aUser, control, fault, request as send, signUp } from '../support/requests.ts'
import { aCall, askInitiation, aText, SMS_PATH, twilioPost } from '../support/signed.ts'
import { INIT_SECRET, startWorld, type World } from '../support/world.ts'

const WORDS = 'Mein Geheimnis ist 4711, bitte nicht weitersagen'

/** An id in the form of ours, of somebody else's. */
const FOREIGN = 'cf15dd5f-7a3c-4bd1-9d4e-0c6c1f2f9a11'

let addresses = 0
/** Each from an address of its own, because repeated refusals of one are not told. */
const from = () => {
  addresses += 1
  return { 'x-forwarded-for': `198.51.100.${addresses}` }
}
const request: typeof send = (origin, method, path, options = {}) =>
  send(origin, method, path, { ...options, headers: { ...from(), ...options.headers } })

describe('the log', () => {
  /** Refusals are told by this clock. */
  const clock = { ms: 0 }
  let world: World
  let number: string
  let token: string
  let organizationId: string
  beforeAll(async () => {
    world = await startWorld({
      settings: { TRUST_PROXY_HOPS: '1' },
      overrides: { refusalNow: () => clock.ms },
    })
    const signedUp = await signUp(world)
    token = signedUp.token
    number = signedUp.organization.phoneNumber
    organizationId = signedUp.organization.id
  })
  afterAll(() => world.stop())

  /** The lines that `work` left. */
  async function linesOf(work: () => Promise<unknown>): Promise<string[]> {
    const before = world.logs.length
    await work()
    return world.logs.slice(before)
  }

  test('a text, received, is logged by its id, without its words and with no whole number', async () => {
    const params = aText(number, { Body: WORDS, From: '+16045559801' })

    const lines = await linesOf(() => twilioPost(world, SMS_PATH, params))

    expect(lines.join('')).toContain(params.MessageSid)
    expect(lines.join('')).not.toMatch(/Geheimnis|6045559801/)
    expect(await leaksOf(world, [WORDS])).toEqual([])
  })

  test.each<[string, () => Promise<unknown>]>([
    [
      'a text that is refused for its signature',
      () =>
        twilioPost(world, SMS_PATH, aText(number, { Body: WORDS }), {
          token: 'x',
          headers: from(),
        }),
    ],
    [
      'a text to nobody',
      () =>
        twilioPost(world, SMS_PATH, aText('+16045558802', { Body: WORDS }), { headers: from() }),
    ],
    [
      'a text manually of the twin',
      () => control(world, 'POST', 'sms', { from: '+16045559802', to: number, body: WORDS }),
    ],
    [
      'a call',
      () => control(world, 'POST', 'calls', { from: '+16045559803', to: number, says: [WORDS] }),
    ],
    [
      'a pre-call event with the wrong secret',
      () =>
        askInitiation(world, aCall(number), { ...from(), 'x-orgline-secret': `${INIT_SECRET}x` }),
    ],
    [
      'broken JSON',
      () =>
        request(world.origin, 'POST', '/api/auth/organizations', {
          token,
          body: `{"name":"${WORDS}`,
        }),
    ],
    [
      'bad input',
      () =>
        request(world.origin, 'POST', '/api/auth/organizations', {
          token,
          body: { name: WORDS, email: WORDS },
        }),
    ],
    [
      'a wrong token',
      () => request(world.origin, 'GET', '/api/admin/orders', { token: `${token}x` }),
    ],
    [
      'a user at an admin route',
      () => request(world.origin, 'GET', '/api/admin/orders', { token }),
    ],
    [
      'an admin key in the wrong place',
      () => request(world.origin, 'GET', `/api/admin/orders?key=${ADMIN}`),
    ],
    [
      'a number in a path',
      () =>
        request(world.origin, 'POST', `/api/admin/phone-numbers/${number}/activate`, {
          token: ADMIN,
          body: { elevenLabsPhoneId: 'x' },
        }),
    ],
    [
      'a number in a path, in another notation',
      () =>
        request(
          world.origin,
          'POST',
          `/api/admin/phone-numbers/(${number.slice(2, 5)})%20${number.slice(5, 8)}-${number.slice(8)}/activate`,
          { token: ADMIN, body: { elevenLabsPhoneId: 'x' } },
        ),
    ],
    [
      'a number in a query',
      () =>
        request(
          world.origin,
          'GET',
          `/api/admin/orders?to=${encodeURIComponent(number)}&from=${number.slice(2)}`,
          { token: ADMIN },
        ),
    ],
  ])(
    '%s, logged, tells no secret, no whole number and no words of anybody',
    async (_circumstance, work) => {
      const lines = await linesOf(work)

      expect(lines.length).toBeGreaterThan(0)
      expect(lines.join('')).not.toContain(number.slice(2))
      expect(await leaksOf(world, [WORDS, token])).toEqual([])
    },
  )

  test.each([
    ['a name in a query', '/api/organizations/ID/contacts?name=Geheimnis&limit=5'],
    ['a lead id in a query', '/api/organizations/ID/contacts?leadId=Geheimnis-77'],
    [
      'a lead id in a query, that is in the form of ours',
      `/api/organizations/ID/contacts?leadId=${FOREIGN}`,
    ],
    ['a lead id in a query, that is short', '/api/organizations/ID/contacts?leadId=417'],
    ['a name in a query, that is a number', `/api/organizations/ID/contacts?name=417`],
    ['a token in a query, that is in the form of our ids', `/api/me?access_token=${FOREIGN}`],
    ['an e-mail in a query', '/api/admin/organizations?search=geheimnis%40example.com'],
    ['a token in a query', '/api/me?access_token=Geheimnis.77.x'],
    ['a token that is a name in a query', '/api/me?Geheimnis'],
    ['a token in a path, that is in the form of our ids', `/api/nowhere/${FOREIGN}`],
    ['a token behind a path of ours', `/api/me/${FOREIGN}`],
    ['an e-mail in a path', '/users/geheimnis@example.com'],
    ['a name in the path of a route', '/api/organizations/Geheimnis/contacts'],
  ])('%s, is not told, but of which route it was', async (_what, path) => {
    const lines = await linesOf(() =>
      request(world.origin, 'GET', path.replace('ID', organizationId), { token }),
    )

    const urls = lines.map((line) => JSON.parse(line).req.url)
    expect(urls.join('')).toMatch(/^\/(api\/|•••)/)
    expect(lines.join('')).not.toMatch(/geheimnis/i)
    expect(urls.join('')).not.toMatch(/geheimnis|417|cf15dd5f/i)
  })

  test('refusals of one address, many of one reason, leave a line a second, and of another reason one more', async () => {
    const headers = from()
    const ask = (path: string) => () => send(world.origin, 'GET', path, { headers })

    const reported = async (work: () => Promise<unknown>) =>
      (await linesOf(work)).map((line) => {
        const { problem, notLogged } = JSON.parse(line)
        return [problem, notLogged]
      })
    clock.ms += 1_000
    const lines = await reported(async () => {
      for (let index = 0; index < 20; index += 1) await ask('/nothing')()
      await ask('/api/me')()
    })
    clock.ms += 1_000
    const next = await reported(ask('/nothing'))

    expect(lines).toEqual([
      ['not_found', undefined],
      ['unauthorized', undefined],
    ])
    expect(next).toEqual([['not_found', 19]])
  })

  test.each([
    '/livez',
    '/readyz',
    '/livez?source=lb',
    '/readyz/',
    '/readyz/?a=b',
    '/READYZ',
    '/Livez/?x',
  ])('a probe, asked as %s, leaves no line', async (path) => {
    expect(await linesOf(() => request(world.origin, 'GET', path))).toEqual([])
  })

  test('ids, in a path, stay whole, so that a request can be found', async () => {
    const lines = await linesOf(() =>
      request(world.origin, 'GET', `/api/organizations/${organizationId}`, { token }),
    )

    expect(lines.join('')).toContain(`/api/organizations/${organizationId}`)
  })

  test.each([
    ['twilio', 'incomingPhoneNumbers.create', 500],
    ['twilio', 'incomingPhoneNumbers.create', 401],
    ['elevenlabs', 'phoneNumbers.create', 500],
    ['elevenlabs', 'phoneNumbers.create', 401],
  ] as const)(
    'a failure of %s at %s with %i, logged, tells no credentials and no whole number',
    async (carrier, operation, status) => {
      await fault(world, carrier, operation, 'error', { times: 1, status })

      await signUp(world)

      expect(await leaksOf(world)).toEqual([])
    },
  )

  test('a name, an e-mail and a user, signed up, are not in the log', async () => {
    const user = await aUser(world)
    const name = `Discreet Motors ${randomUUID()}`

    const lines = await linesOf(() =>
      signUp(world, { name, email: 'discreet@example.com' }, user.token),
    )

    expect(lines.join('')).not.toMatch(/Discreet|discreet@/)
    expect(lines.join('')).not.toContain(user.token)
  })

  test('every line, of whatever happened, is JSON with a level, a time and a message', () => {
    const lines = world.logs.map((line) => JSON.parse(line) as object)

    expect(lines.length).toBeGreaterThan(0)
    for (const line of lines)
      expect(line).toMatchObject({
        level: expect.any(Number),
        time: expect.any(Number),
        msg: expect.any(String),
      })
  })
})
