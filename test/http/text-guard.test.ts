import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, atCarriers, notifications, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

/** What an operator who changed nothing has; the sandbox's limits are high. */
const defaults = {
  OUTBOUND_DAILY_SEGMENTS: '',
  OUTBOUND_SEGMENTS_PER_MINUTE: '',
  OUTBOUND_CUSTOMER_DAILY_SEGMENTS: '',
  OUTBOUND_DAILY_SPEND: '',
  NEW_ORGANIZATION_DAYS: '',
}

describe('the guard of texts', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: defaults })
  })
  afterAll(() => stopWithCleanLogs(world))

  const sent = async () => (await atCarriers(world)).requests.twilio['messages.create'] ?? 0

  async function aTexter() {
    const { organization, token } = await signUp(world)
    const id = organization.id as string
    const text = (to: string, more: object = {}, headers: Record<string, string> = {}) =>
      request(world.origin, 'POST', `/api/organizations/${id}/messages`, {
        token,
        body: { to, body: 'Hello', ...more },
        headers: { 'idempotency-key': randomUUID(), ...headers },
      })
    const patch = (settings: object, as = token) =>
      request(world.origin, 'PATCH', `/api/organizations/${id}`, { token: as, body: { settings } })
    const limit = (limits: object) => patch({ outbound_limits: limits }, ADMIN)
    return { id, token, text, patch, limit }
  }

  test.each([
    ['Nigeria', '+2348031234567', 'country_not_allowed'],
    ['Jamaica', '+18765550123', 'country_not_allowed'],
    ['Puerto Rico', '+17875550123', 'country_not_allowed'],
    ['a satellite', '+881612345678', 'destination_premium'],
    ...[500, 521, 529, 533, 544, 566, 577, 588, 600, 622].map((code): [string, string, string] => [
      `area code ${code}, in no place`,
      `+1${code}2345678`,
      'destination_premium',
    ]),
  ])('to %s (%s), is refused, and nothing is sent', async (_where, to, code) => {
    const { text } = await aTexter()
    const before = await sent()

    const answer = await text(to)

    expectProblem(answer, 403, code)
    expect(await sent()).toBe(before)
  })

  test.each([530, 531])(
    'to area code %s, which is a place among those that are not, is sent',
    async (code) => {
      const { text } = await aTexter()

      expect((await text(`+1${code}2345678`)).status).toBe(201)
    },
  )

  test('countries an admin chose, hold for texts as for calls', async () => {
    const { text, patch } = await aTexter()
    await patch({ outbound_countries: ['US'] })

    const answer = await text('+16045558501')

    expectProblem(answer, 403, 'country_not_allowed')
    expect(answer.body.detail).toContain('settings.outbound_countries')
  })

  test.each([
    ['segments_per_minute', 'texts_too_fast', 60],
    ['daily_segments', 'daily_texts_reached', 86_400],
    ['customer_daily_segments', 'customer_texts_reached', 86_400],
    ['account_daily_spend', 'account_spend_reached', undefined],
  ])('%s, reached, refuses until there is room again, or operators raise it', async (...given) => {
    const [name, code, seconds] = given
    const [own, other] = [await aTexter(), await aTexter()]
    const most = name === 'account_daily_spend' ? 1_015_000 : 2
    await own.limit({ [name]: most })

    const first = [await own.text('+16045558502'), await own.text('+16045558502')]
    const before = await sent()
    const answer = await own.text('+16045558502')
    const after = await sent()
    const elsewhere = await other.text('+16045558502')
    await own.limit({ [name]: most + 1_000_000 })
    const raised = await own.text('+16045558502')

    expect([...first, elsewhere, raised].map(({ status }) => status)).toEqual([201, 201, 201, 201])
    expectProblem(answer, 429, code)
    expect(after).toBe(before)
    const wait = Number(answer.headers.get('retry-after'))
    expect(wait).toBeGreaterThan(0)
    expect(wait).toBeLessThanOrEqual(seconds ?? 86_401)
    expect(answer.body.detail).toContain(`settings.outbound_limits.${name}`)
  })

  test('a text of many segments, counts each of them', async () => {
    const own = await aTexter()
    await own.limit({ daily_segments: 5 })

    const long = await own.text('+16045558503', { body: 'a'.repeat(600) })
    const more = await own.text('+16045558503', { body: 'a'.repeat(200) })

    expect([long.status, long.body.message.segments]).toEqual([201, 4])
    expectProblem(more, 429, 'daily_texts_reached')
    expect((await own.text('+16045558503')).status).toBe(201)
  })

  test('a text with media, costs more than its words', async () => {
    const own = await aTexter()
    // A number, two words and one with media, and not a micro-dollar more.
    await own.limit({ account_daily_spend: 1_000_000 + 2 * 7_500 + 25_000 })
    const media = { mediaUrls: ['https://media.example.com/1'] }

    const answers = [
      await own.text('+16045558504', media),
      await own.text('+16045558504', media),
      await own.text('+16045558504'),
      await own.text('+16045558504'),
    ]

    expect(answers.map(({ status }) => status)).toEqual([201, 429, 201, 429])
  })

  test('a burst of a new organization, ends at the share of the limits that it has while it is new', async () => {
    const [own, old] = [await aTexter(), await aTexter()]
    await world.sql(
      "update organizations set created_at = now() - interval '8 days' where id = $1",
      [old.id],
    )
    const burst = ({ text }: typeof own) =>
      Promise.all(Array.from({ length: 40 }, (_, i) => text(`+1604555${8600 + i}`)))

    const [first, second] = [await burst(own), await burst(old)]

    expect(first.filter(({ status }) => status === 201)).toHaveLength(30)
    expect(first.filter(({ body }) => body.code === 'texts_too_fast')).toHaveLength(10)
    expect(second.filter(({ status }) => status === 201)).toHaveLength(40)
  })

  test('a text under one Idempotency-Key, asked for again at the limit, is found and not refused', async () => {
    const own = await aTexter()
    await own.limit({ daily_segments: 1 })
    const headers = { 'idempotency-key': 'once' }

    const answers = [
      await own.text('+16045558505', {}, headers),
      await own.text('+16045558505', {}, headers),
    ]

    expect(answers.map(({ status }) => status)).toEqual([201, 201])
    expect(answers[1]?.body).toEqual(answers[0]?.body)
  })

  test('a customer who is erased, gives no text back', async () => {
    const own = await aTexter()
    await own.limit({ daily_segments: 2, customer_daily_segments: 1 })
    const { body } = await own.text('+16045558506')
    await request(
      world.origin,
      'DELETE',
      `/api/organizations/${own.id}/contacts/${body.message.contact_id}`,
      { token: own.token },
    )

    const same = await own.text('+16045558506')
    const another = await own.text('+16045558507')
    const third = await own.text('+16045558508')

    expectProblem(same, 429, 'customer_texts_reached')
    expect(another.status).toBe(201)
    expectProblem(third, 429, 'daily_texts_reached')
  })

  test('a text that the carrier refuses, counts for nothing', async () => {
    const own = await aTexter()
    await own.limit({ daily_segments: 1 })

    // A number of which Twilio's rules say that it cannot be texted.
    const refused = await own.text('+15005550009')
    const next = await own.text('+16045558509')

    expect([refused.status, next.status]).toEqual([409, 201])
  })
})

describe('what all organizations may spend', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { OUTBOUND_DEPLOYMENT_DAILY_SPEND: '45000' } })
  })
  afterAll(() => stopWithCleanLogs(world))

  test('half of it spent, is told once; all of it, refuses everybody; and what was not spent is released', async () => {
    const [one, other] = [await signUp(world), await signUp(world)]
    const text = ({ organization, token }: typeof one, to = '+16045558510') =>
      request(world.origin, 'POST', `/api/organizations/${organization.id}/messages`, {
        token,
        body: { to, body: 'Hello' },
        headers: { 'idempotency-key': randomUUID() },
      })
    const reported = async () =>
      (await notifications(world)).filter(({ type }) => type === 'budget_half_spent')

    const first = [await text(one), await text(other)]
    const before = await reported()
    first.push(await text(one))
    const half = await reported()
    first.push(
      await text(one),
      await text(other, '+15005550009'),
      await text(one),
      await text(other),
    )
    const answer = await text(other)

    expect(first.map(({ status }) => status)).toEqual([201, 201, 201, 201, 409, 201, 201])
    expect(before).toEqual([])
    expect(half).toMatchObject([{ occurrences: 1 }])
    expect(await reported()).toMatchObject([{ occurrences: 1 }])
    expectProblem(answer, 429, 'deployment_spend_reached')
    expect(answer.body.detail).toContain('OUTBOUND_DEPLOYMENT_DAILY_SPEND')
    expect(await world.sql('select spend from spend_hours')).toEqual([{ spend: '45000' }])
  })
})
