import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { effects } from '../support/effects.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem, wrongParts } from '../support/problems.ts'
import { aUser, request } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const good = { name: 'Premium Auto Sales', email: 'owner@example.com', provisionPhone: false }

describe('sign-up', () => {
  let world: World
  let token: string
  beforeAll(async () => {
    world = await startWorld()
    token = (await aUser(world)).token
  })
  afterAll(() => stopWithCleanLogs(world))

  const post = (body: unknown, as = token) =>
    request(world.origin, 'POST', '/api/auth/organizations', { token: as, body })

  test.each<[string, unknown, string[]]>([
    ['without a name', { ...good, name: undefined }, ['body.name']],
    ['with null as name', { ...good, name: null }, ['body.name']],
    ['with a number as name', { ...good, name: 7 }, ['body.name']],
    ['with a list as name', { ...good, name: ['Premium'] }, ['body.name']],
    ['with an empty name', { ...good, name: '' }, ['body.name']],
    ['with a blank name', { ...good, name: ' \t\u00a0 ' }, ['body.name']],
    ['with a name of 101 characters', { ...good, name: 'x'.repeat(101) }, ['body.name']],
    ['with a name of two lines', { ...good, name: 'Premium\nAuto' }, ['body.name']],
    ['with NUL in the name', { ...good, name: 'Premium\u0000Auto' }, ['body.name']],
    ['without an e-mail', { ...good, email: undefined }, ['body.email']],
    ['with null as e-mail', { ...good, email: null }, ['body.email']],
    ['with a number as e-mail', { ...good, email: 1 }, ['body.email']],
    ['with an empty e-mail', { ...good, email: '' }, ['body.email']],
    ['with a blank e-mail', { ...good, email: '   ' }, ['body.email']],
    ['with a word as e-mail', { ...good, email: 'owner' }, ['body.email']],
    ['with an e-mail without a domain', { ...good, email: 'owner@' }, ['body.email']],
    ['with two e-mails', { ...good, email: 'a@example.com, b@example.com' }, ['body.email']],
    [
      'with an e-mail that is too long',
      { ...good, email: `${'o'.repeat(250)}@example.com` },
      ['body.email'],
    ],
    ['with null as slug', { ...good, slug: null }, ['body.slug']],
    ['with a number as slug', { ...good, slug: 604 }, ['body.slug']],
    ['with an empty slug', { ...good, slug: '' }, ['body.slug']],
    ['with a blank slug', { ...good, slug: '  ' }, ['body.slug']],
    ['with capitals in the slug', { ...good, slug: 'Premium' }, ['body.slug']],
    ['with a hyphen at the end of the slug', { ...good, slug: 'premium-' }, ['body.slug']],
    ['with two hyphens in a row in the slug', { ...good, slug: 'premium--auto' }, ['body.slug']],
    ['with a path as slug', { ...good, slug: '../admin' }, ['body.slug']],
    ['with a line feed after the slug', { ...good, slug: 'premium\n' }, ['body.slug']],
    ['with a slug of 64 characters', { ...good, slug: 's'.repeat(64) }, ['body.slug']],
    ['with null as area code', { ...good, preferredAreaCode: null }, ['body.preferredAreaCode']],
    [
      'with a list as area code',
      { ...good, preferredAreaCode: ['604'] },
      ['body.preferredAreaCode'],
    ],
    [
      'with an area code that is too long',
      { ...good, preferredAreaCode: '6'.repeat(21) },
      ['body.preferredAreaCode'],
    ],
    ['with another country', { ...good, country: 'MX' }, ['body.country']],
    ['with a country in small letters', { ...good, country: 'ca' }, ['body.country']],
    ['with an empty country', { ...good, country: '' }, ['body.country']],
    ['with a number as country', { ...good, country: 1 }, ['body.country']],
    ['with a word as areaCodeOnly', { ...good, areaCodeOnly: 'true' }, ['body.areaCodeOnly']],
    ['with null as areaCodeOnly', { ...good, areaCodeOnly: null }, ['body.areaCodeOnly']],
    ['with a number as provisionPhone', { ...good, provisionPhone: 0 }, ['body.provisionPhone']],
    ['with an empty provisionPhone', { ...good, provisionPhone: '' }, ['body.provisionPhone']],
    ['with an unknown field', { ...good, plan: 'gold' }, ['body']],
    ['with a list as body', [good], ['body']],
    ['with a text as body', JSON.stringify('sign me up'), ['body']],
    ['with a number as body', '42', ['body']],
    ['with null as body', 'null', ['body']],
    ['with an empty object', {}, ['body.email', 'body.name']],
    ['without a body', undefined, ['body.email', 'body.name']],
  ])('a request, %s, is refused and names the part', async (_circumstance, body, parts) => {
    const before = await effects(world)

    const answer = await post(body)

    expectProblem(answer, 400, 'validation_failed')
    expect(wrongParts(answer)).toEqual(parts)
    expect(await effects(world)).toEqual(before)
  })

  test('a request, with everything wrong, names all of it at once', async () => {
    const body = {
      name: '',
      email: 'owner',
      slug: 'No Slug',
      preferredAreaCode: '911',
      country: 'XX',
      areaCodeOnly: 1,
      provisionPhone: 'yes',
      plan: 'gold',
    }

    const answer = await post(body)

    expectProblem(answer, 400, 'validation_failed')
    expect(wrongParts(answer)).toEqual([
      'body',
      'body.areaCodeOnly',
      'body.country',
      'body.email',
      'body.name',
      'body.preferredAreaCode',
      'body.provisionPhone',
      'body.slug',
    ])
    for (const { message } of answer.body.errors) expect(answer.body.detail).toContain(message)
  })

  test.each([
    ['an umlaut and an accent', 'Müller & Frère', 'muller-frere'],
    ['only other scripts', '自動車販売', expect.stringMatching(/^organization-[0-9a-f]{8}$/)],
    ['emoji', 'Cars 🚗 4 U', 'cars-4-u'],
    ['100 characters', 'y'.repeat(100), 'y'.repeat(63)],
    ['quotes and markup', '<b>O\'Neil "Motors"</b>', 'b-o-neil-motors-b'],
  ])('a name, with %s, is kept as it is and makes a slug', async (_circumstance, name, slug) => {
    const { token: own } = await aUser(world)

    const answer = await post({ ...good, name }, own)

    expect(answer.status).toBe(201)
    expect(answer.body.organization).toMatchObject({ name, slug })
  })

  test('a name, with blanks around it, is kept without them', async () => {
    const { token: own } = await aUser(world)

    const answer = await post({ ...good, name: '  Harbour Motors\u00a0 ' }, own)

    expect(answer.body.organization).toMatchObject({
      name: 'Harbour Motors',
      slug: 'harbour-motors',
    })
  })

  test('a name, with half of a surrogate pair, is kept with a replacement character', async () => {
    const { token: own } = await aUser(world)

    const answer = await post(
      String.raw`{"name":"Half \ud83d Motors","email":"a@example.com","provisionPhone":false}`,
      own,
    )

    expect(answer.status).toBe(201)
    expect(answer.body.organization.name).toBe('Half \ufffd Motors')
  })

  test('a request, without a phone wanted, answers an organization with none and buys nothing', async () => {
    const { token: own } = await aUser(world)
    const before = (await effects(world)).requests

    const answer = await post({ ...good, name: 'No Phone Yet' }, own)

    expect(answer.status).toBe(201)
    expect(answer.body.organization).toMatchObject({
      phoneNumber: null,
      phoneNumberStatus: 'none',
      readyToUse: false,
      phoneNumberPurchased: null,
    })
    expect((await effects(world)).requests).toEqual(before)
  })
})
