import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { effects } from '../support/effects.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { aPoolNumber, assign } from '../support/manual.ts'
import { expectProblem, wrongParts } from '../support/problems.ts'
import { ADMIN, atCarriers, aUser, request, signUp } from '../support/requests.ts'
import { aMember } from '../support/rows.ts'
import { aCall, askInitiation } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

describe('changing an organization', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  const change = (id: string, token: string, body: unknown) =>
    request(world.origin, 'PATCH', `/api/organizations/${id}`, { token, body })
  const show = async (id: string) =>
    (await request(world.origin, 'GET', `/api/organizations/${id}`, { token: ADMIN })).body
  const withoutNumber = async () => {
    const { organization, token } = await signUp(world, { provisionPhone: false })
    return { id: organization.id as string, token, organization }
  }

  test('its name, is what callers hear from then on, and leaves the rest', async () => {
    const { organization, token } = await signUp(world, { name: 'Old Motors' })

    const answer = await change(organization.id, token, { name: '  New Motors ' })

    expect(answer).toMatchObject({ status: 200, body: { success: true } })
    expect(answer.body.organization).toEqual({ ...organization, name: 'New Motors' })
    expect(await show(organization.id)).toEqual(answer.body)
    const { body } = await askInitiation(world, aCall(organization.phoneNumber))
    expect(body.dynamic_variables.organization_name).toBe('New Motors')
  })

  test('a setting, given and then null, is set and removed', async () => {
    const { organization, token } = await signUp(world)
    const heard = async () => {
      const { body } = await askInitiation(world, aCall(organization.phoneNumber))
      return body.dynamic_variables.confirm_caller_name
    }
    const set = (value: boolean | null) =>
      change(organization.id, token, { settings: { confirm_caller_name: value } })

    expect((await set(true)).body.organization.settings).toEqual({ confirm_caller_name: true })
    expect(await heard()).toBe('yes')
    const kept = await change(organization.id, token, { name: 'Same', settings: {} })
    expect(kept.body.organization.settings).toEqual({ confirm_caller_name: true })
    expect((await set(null)).body.organization.settings).toEqual({})
    expect(await heard()).toBe('no')
  })

  test('nothing, is answered as it is', async () => {
    const { id, token, organization } = await withoutNumber()

    const answer = await change(id, token, {})

    expect(answer.body).toMatchObject({ success: true, organization })
  })

  test('its default number, is the one it shows and calls from', async () => {
    const { organization, token } = await signUp(world)
    const second = await aPoolNumber(world)
    await assign(world, second, organization.id)
    expect((await show(organization.id)).organization).toMatchObject({
      defaultPhoneNumber: organization.phoneNumber,
    })

    const answer = await change(organization.id, token, { defaultPhoneNumber: second.slice(2) })

    expect(answer.body.organization).toMatchObject({
      defaultPhoneNumber: second,
      phoneNumber: second,
    })
    const call = await request(world.origin, 'POST', '/api/elevenlabs/outbound-call', {
      token,
      body: { organizationId: organization.id, phoneNumber: '+16045559750' },
    })
    expect(call.body.from).toBe(second)
  })

  test('its default number to one of another, of nobody, or not active, is not found', async () => {
    const [own, other] = [await signUp(world), await signUp(world)]
    const pool = await aPoolNumber(world)
    await world.sql(
      `update organization_phone_numbers set is_active = false where organization_id = $1`,
      [own.organization.id],
    )
    const before = await effects(world)

    for (const number of [other.organization.phoneNumber, pool, own.organization.phoneNumber]) {
      const body = { name: 'Not Renamed', defaultPhoneNumber: number }
      const answer = await change(own.organization.id, own.token, body)
      expectProblem(answer, 404, 'phone_number_not_found')
    }
    expect(await effects(world)).toEqual(before)
  })

  test('anything, by a mere member, needs the role admin and does nothing', async () => {
    const { id } = await withoutNumber()
    const user = await aUser(world)
    await aMember(world.database.url, id, user.id)
    const before = await effects(world)

    const answer = await change(id, user.token, { name: 'Mine' })

    expectProblem(answer, 403, 'role_required')
    expect(await effects(world)).toEqual(before)
  })

  test('its status, by its own admin, takes an operator and does nothing', async () => {
    const { id, token } = await withoutNumber()
    const before = await effects(world)

    for (const status of ['active', 'suspended']) {
      const answer = await change(id, token, { name: 'Mine', status })
      expectProblem(answer, 403, 'admin_required')
    }
    expect(await effects(world)).toEqual(before)
  })

  test('its status, by an operator, is shown, and all else still works', async () => {
    const { id, token } = await withoutNumber()

    const suspended = await change(id, ADMIN, { status: 'suspended' })
    const renamed = await change(id, token, { name: 'Still Ours' })

    expect(suspended.body.organization.status).toBe('suspended')
    expect(renamed.body.organization).toMatchObject({ status: 'suspended', name: 'Still Ours' })
  })

  test('its status to what it is, changes nothing outside', async () => {
    const { organization } = await signUp(world)
    const before = await settingsAtCarriers()

    const answer = await change(organization.id, ADMIN, { status: 'active' })

    expect(answer.status).toBe(200)
    expect(await settingsAtCarriers()).toEqual(before)
  })

  async function settingsAtCarriers() {
    const { twilio, elevenlabs, requests } = await atCarriers(world)
    return [twilio.numbers, elevenlabs.phoneNumbers, requests.twilio['incomingPhoneNumbers.update']]
  }

  test.each<[string, unknown, string[]]>([
    ['an empty name', { name: ' ' }, ['body.name']],
    ['null as name', { name: null }, ['body.name']],
    ['a name with a line break', { name: 'a\nb' }, ['body.name']],
    ['an unknown setting', { settings: { volume: 11 } }, ['body.settings']],
    [
      'a setting of the wrong type',
      { settings: { confirm_caller_name: 'yes' } },
      ['body.settings.confirm_caller_name'],
    ],
    ['settings that are a list', { settings: [] }, ['body.settings']],
    ['no number', { defaultPhoneNumber: 'front desk' }, ['body.defaultPhoneNumber']],
    ['another status', { status: 'closed' }, ['body.status']],
    ['a key that cannot be changed', { slug: 'other' }, ['body']],
  ])('with %s, is refused and does nothing', async (_circumstance, body, parts) => {
    const { id } = await withoutNumber()
    const before = await effects(world)

    const answer = await change(id, ADMIN, body)

    expectProblem(answer, 400, 'validation_failed')
    expect(wrongParts(answer)).toEqual(parts)
    expect(await effects(world)).toEqual(before)
  })

  test('ten changes at once, of different things, all hold', async () => {
    const { organization, token } = await signUp(world)

    const answers = await Promise.all([
      change(organization.id, token, { name: 'At Once' }),
      change(organization.id, token, { settings: { confirm_caller_name: true } }),
      change(organization.id, token, { defaultPhoneNumber: organization.phoneNumber }),
      ...Array.from({ length: 7 }, () => change(organization.id, ADMIN, { status: 'suspended' })),
    ])

    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200))
    expect((await show(organization.id)).organization).toMatchObject({
      name: 'At Once',
      settings: { confirm_caller_name: true },
      defaultPhoneNumber: organization.phoneNumber,
      status: 'suspended',
    })
  })
})
