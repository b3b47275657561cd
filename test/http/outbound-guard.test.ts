import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aKey } from '../support/api-keys.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem, wrongParts } from '../support/problems.ts'
import {
  ADMIN,
  type Answer,
  atCarriers,
  aUser,
  control,
  request,
  signUp,
} from '../support/requests.ts'
import { aMember } from '../support/rows.ts'
import { startWorld, type World } from '../support/world.ts'

describe('the guard of outbound calls', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { OUTBOUND_COUNTRIES: 'US,CA,GB' } })
  })
  afterAll(() => stopWithCleanLogs(world))

  const dialled = async () => (await atCarriers(world)).requests.elevenlabs.outboundCall ?? 0
  const ask = (method: string, path: string, token: string, body?: object) =>
    request(world.origin, method, path, { token, ...(body && { body }) })
  const patch = (id: string, token: string, settings: object) =>
    ask('PATCH', `/api/organizations/${id}`, token, { settings })
  const listOf = (id: string) => `/api/organizations/${id}/do-not-call`

  async function aCaller() {
    const { organization, token } = await signUp(world)
    const call = (phoneNumber: string): Promise<Answer> =>
      ask('POST', '/api/elevenlabs/outbound-call', token, {
        organizationId: organization.id,
        phoneNumber,
      })
    return { id: organization.id as string, token, call }
  }

  /** Expects a problem that says who can change it, and that nobody was dialled. */
  async function expectRefused(call: () => Promise<Answer>, status: number, code: string) {
    const before = await dialled()
    const answer = await call()
    expectProblem(answer, status, code)
    expect(answer.body.detail).toMatch(/its (operators|admins) can|operators of this server can/)
    expect(await dialled()).toBe(before)
    return answer
  }

  test.each([
    ['in Jamaica', '+18765550123', 'JM'],
    ['in Puerto Rico', '+17875550123', 'PR'],
    ['in Guernsey', '+441481555123', 'GG'],
  ])('a customer %s (%s), is not called, and the answer says where that is', async (...given) => {
    const [, customer, where] = given
    const { call } = await aCaller()

    const answer = await expectRefused(() => call(customer), 403, 'country_not_allowed')

    expect(answer.body.detail).toContain(where)
    expect(answer.body.detail).toContain('US, CA, GB')
    expect(answer.body.detail).toContain('OUTBOUND_COUNTRIES')
  })

  test('countries an admin chose, hold for the own organization alone, until they are null', async () => {
    const [own, other] = [await aCaller(), await aCaller()]
    await patch(own.id, own.token, { outbound_countries: ['gb', 'GB'] })

    const answer = await expectRefused(() => own.call('+16045558401'), 403, 'country_not_allowed')
    const elsewhere = await other.call('+16045558401')
    await patch(own.id, own.token, { outbound_countries: null })

    expect(answer.body.detail).toContain('settings.outbound_countries')
    expect(answer.body.detail).toMatch(/calls and texts GB:/)
    expect([elsewhere.status, (await own.call('+16045558401')).status]).toEqual([200, 200])
  })

  test('countries that this server does not call, are refused for calls and for forwarding', async () => {
    const { id, token } = await aCaller()

    const [countries, fallback] = [
      await patch(id, token, { outbound_countries: ['CA', 'FR'] }),
      await patch(id, token, { fallback_forward_to: '+18765550123' }),
    ]
    const unknown = await patch(id, token, { outbound_countries: ['CA', 'Canada'] })

    expectProblem(countries, 403, 'country_not_allowed')
    expectProblem(fallback, 422, 'routing_unfit')
    expect(wrongParts(unknown)).toEqual(['body.settings.outbound_countries.1'])
    const { body } = await ask('GET', `/api/organizations/${id}`, token)
    expect(body.organization.settings).toEqual({})
  })

  test.each([
    ['daily_calls', 'daily_calls_reached', 'OUTBOUND_DAILY_CALLS'],
    ['daily_minutes', 'daily_minutes_reached', 'OUTBOUND_DAILY_MINUTES'],
    ['daily_spend', 'daily_spend_reached', 'OUTBOUND_DAILY_SPEND'],
  ])('%s, reached, refuses until a day has passed or operators raise it', async (...given) => {
    const [limit, code, setting] = given
    const [own, other] = [await aCaller(), await aCaller()]
    await patch(own.id, ADMIN, { outbound_limits: { [limit]: 1 } })
    const first = await own.call('+16045558402')
    await control(world, 'POST', 'idle')
    await world.sql(
      `update calls set status = 'completed', poll_at = null, duration_seconds = 60, cost = 90000
       where id = $1`,
      [first.body.callId],
    )

    const answer = await expectRefused(() => own.call('+16045558403'), 429, code)
    const elsewhere = await other.call('+16045558403')
    await patch(own.id, ADMIN, { outbound_limits: { [limit]: 1_000_000 } })
    const raised = await own.call('+16045558403')

    expect([first.status, elsewhere.status, raised.status]).toEqual([200, 200, 200])
    const wait = Number(answer.headers.get('retry-after'))
    expect(wait).toBeGreaterThan(86_400 - 300)
    expect(wait).toBeLessThanOrEqual(86_401)
    expect(answer.body.detail).toContain(setting)
    expect(answer.body.detail).toMatch(/next is possible at 20\d\d-/)
  })

  test('calls at the same time, at their limit, refuse until one ends', async () => {
    const own = await aCaller()
    await patch(own.id, ADMIN, { outbound_limits: { concurrency: 1 } })
    const { body } = await own.call('+16045558404')
    // Whether the customer has hung up by now does not matter here.
    await world.sql(
      "update calls set status = 'in-progress', poll_at = now() + interval '1 hour' where id = $1",
      [body.callId],
    )

    const answer = await expectRefused(() => own.call('+16045558405'), 429, 'too_many_calls')
    await world.sql("update calls set status = 'completed', poll_at = null where id = $1", [
      body.callId,
    ])

    expect(answer.body.detail).toContain('OUTBOUND_CONCURRENCY')
    expect((await own.call('+16045558405')).status).toBe(200)
  })

  test('limits, set by the own admin or with nonsense in them, are refused', async () => {
    const { id, token } = await aCaller()

    const own = await patch(id, token, { outbound_limits: { daily_calls: 9_000 } })
    const nonsense = await patch(id, ADMIN, { outbound_limits: { daily_calls: -1, weekly: 3 } })

    expectProblem(own, 403, 'admin_required')
    expectProblem(nonsense, 400, 'validation_failed')
  })

  test('a number on the own do-not-call list, is not called by this organization until it is taken off', async () => {
    const [own, other] = [await aCaller(), await aCaller()]
    const added = await ask('POST', listOf(own.id), own.token, { phoneNumber: '(604) 555-8406' })

    const answer = await expectRefused(() => own.call('+16045558406'), 403, 'do_not_call')
    const elsewhere = await other.call('+16045558406')
    const foreign = await ask('GET', listOf(other.id), other.token)
    const removed = await ask('DELETE', `${listOf(own.id)}/+16045558406`, own.token)
    const again = await ask('DELETE', `${listOf(own.id)}/+16045558406`, own.token)

    expect(added.body.entry).toMatchObject({ phone_number: '+16045558406', reason: null })
    expect(answer.body.detail).toContain(`DELETE ${listOf(own.id)}/+16045558406`)
    expect([elsewhere.status, foreign.body.doNotCall]).toEqual([200, []])
    expect([removed.body.removed, again.body.removed]).toEqual([true, false])
    expect((await own.call('+16045558406')).status).toBe(200)
  })

  test.each([
    ['+11111111111', 400, 'destination_impossible'],
    ['+19999999999', 400, 'destination_impossible'],
    ['+440000000000', 400, 'destination_impossible'],
    ['911', 403, 'destination_emergency'],
  ])('nobody’s number, %s, is on no do-not-call list', async (phoneNumber, status, code) => {
    const own = await aCaller()

    const mine = await ask('POST', listOf(own.id), own.token, { phoneNumber })
    const globalEntries = await ask('POST', '/api/admin/do-not-call', ADMIN, { phoneNumber })

    for (const answer of [mine, globalEntries]) {
      expectProblem(answer, status, code)
      expect(wrongParts(answer)).toEqual(['body.phoneNumber'])
    }
    expect((await ask('GET', listOf(own.id), own.token)).body.doNotCall).toEqual([])
  })

  test("a number on everybody's do-not-call list, is called by nobody, and is not on their own lists", async () => {
    const callers = [await aCaller(), await aCaller()]
    const path = '/api/admin/do-not-call'
    await ask('POST', path, ADMIN, { phoneNumber: '+16045558407', reason: 'A court said so' })

    for (const { id, token, call } of callers) {
      const answer = await expectRefused(() => call('+16045558407'), 403, 'do_not_call')
      expect(answer.body.detail).toContain('for every organization')
      await ask('DELETE', `${listOf(id)}/+16045558407`, token)
      expect((await ask('GET', listOf(id), token)).body.doNotCall).toEqual([])
    }
    const found = await ask('GET', `${path}?phoneNumber=%2B16045558407`, ADMIN)
    await ask('DELETE', `${path}/%2B16045558407`, ADMIN)

    expect(found.body.doNotCall).toMatchObject([{ reason: 'A court said so', created_by: null }])
    expect((await callers[0]?.call('+16045558407'))?.status).toBe(200)
  })

  test('the list, entered again with a reason and without, keeps one row and the last reason', async () => {
    const { id, token } = await aCaller()
    const enter = (reason?: string) =>
      ask('POST', listOf(id), token, { phoneNumber: '+16045558408', reason })

    const answers = [await enter(), await enter('Asked by letter'), await enter()]

    expect(answers.map(({ status }) => status)).toEqual([201, 200, 200])
    expect(answers[2]?.body.entry.reason).toBe('Asked by letter')
    expect((await ask('GET', listOf(id), token)).body.doNotCall).toHaveLength(1)
  })

  test('the list, for a member who is no admin, can be read and not changed', async () => {
    const { id, token } = await aCaller()
    const member = await aUser(world)
    await aMember(world.database.url, id, member.id)
    await ask('POST', listOf(id), token, { phoneNumber: '+16045558409' })

    const read = await ask('GET', listOf(id), member.token)
    const changes = [
      await ask('POST', listOf(id), member.token, { phoneNumber: '+16045558410' }),
      await ask('DELETE', `${listOf(id)}/+16045558409`, member.token),
    ]

    expect(read.body.doNotCall).toHaveLength(1)
    for (const answer of changes) expectProblem(answer, 403, 'role_required')
  })

  test('the list, for a key that may call and nothing else, can be changed', async () => {
    const { id } = await aCaller()
    const { key, id: keyId } = await aKey(world, id, ['calls:write'])

    const added = await ask('POST', listOf(id), key, { phoneNumber: '+16045558411' })
    const removed = await ask('DELETE', `${listOf(id)}/+16045558411`, key)

    expect([added.status, added.body.entry.created_by]).toEqual([201, keyId])
    expect(removed.body.removed).toBe(true)
  })
})
