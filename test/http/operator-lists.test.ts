import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem, wrongParts } from '../support/problems.ts'
import { ADMIN, control, request, signUp } from '../support/requests.ts'
import { aHolding, anOrganization, aPhoneNumber } from '../support/rows.ts'
import { startWorld, type World } from '../support/world.ts'

const area = (code: string, last: string) => `+1${code}555${last}`

describe('what operators look for among everybody’s', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  const get = (path: string) => request(world.origin, 'GET', path, { token: ADMIN })
  const numbersOf = async (query: string) => {
    const { body } = await get(`/api/admin/phone-numbers?${query}`)
    return body.phoneNumbers.map((row: { phone_number: string }) => row.phone_number)
  }

  describe('numbers', () => {
    let organizationId: string
    beforeAll(async () => {
      const { url } = world.database
      organizationId = await anOrganization(url)
      const make = (phone_number: string, status: string, day: number) =>
        aPhoneNumber(url, { phone_number, status, created_at: new Date(Date.UTC(2024, 0, day)) })
      await make(area('778', '0001'), 'imported', 1)
      await make(area('778', '0002'), 'released', 2)
      await make(area('250', '0003'), 'imported', 3)
      const id = await make(area('778', '0004'), 'assigned', 4)
      await aHolding(url, organizationId, id)
    })

    test.each([
      ['an area code', 'startsWith=778', ['0004', '0002', '0001']],
      ['the first digits', 'startsWith=%2B17785550001', ['0001']],
      ['a notation of its own', 'startsWith=1%20(778)%20555-0002', ['0002']],
      ['an area code and a state', 'startsWith=778&status=imported', ['0001']],
      ['digits that no number begins with', 'startsWith=999', []],
    ])('numbers, by %s, are found with the newest first', async (_, query, ends) => {
      expect((await numbersOf(query)).map((number: string) => number.slice(-4))).toEqual(ends)
    })

    test('numbers, found by their first digits page by page, are each there once', async () => {
      const first = (await get('/api/admin/phone-numbers?startsWith=778&limit=2')).body
      const path = `/api/admin/phone-numbers?startsWith=778&limit=2&cursor=${first.nextCursor}`
      const second = (await get(path)).body

      expect([...first.phoneNumbers, ...second.phoneNumbers]).toHaveLength(3)
      expect(second.nextCursor).toBeNull()
    })

    test.each(['7', 'none', '604x', '+', '+0604'])(
      'numbers that begin with %s, which no number does, are asked for in vain',
      async (digits) => {
        const path = `/api/admin/phone-numbers?startsWith=${encodeURIComponent(digits)}`
        const answer = await get(path)

        expectProblem(answer, 400, 'validation_failed')
        expect(wrongParts(answer)).toEqual(['query.startsWith'])
      },
    )
  })

  test('the history of a number, that changed hands, has each holder and each state', async () => {
    const { organization } = await signUp(world)
    const number = encodeURIComponent(organization.phoneNumber)
    await request(world.origin, 'POST', `/api/admin/phone-numbers/${number}/release`, {
      token: ADMIN,
    })

    const { status, body } = await get(`/api/admin/phone-numbers/${number}/history`)

    expect(status).toBe(200)
    expect(body.numbers).toMatchObject([
      {
        status: 'quarantined',
        bought_at: expect.any(String),
        quarantined_at: expect.any(String),
        released_at: null,
        organization_id: null,
        holders: [{ organization_id: organization.id, ended_at: expect.any(String) }],
      },
    ])
  })

  test('the history of a number, that was never ours, is a 404', async () => {
    const answer = await get('/api/admin/phone-numbers/+16045559998/history')

    expectProblem(answer, 404, 'phone_number_not_found')
  })

  test('activity, of two organizations, is in one order, without what was said', async () => {
    const [one, other] = await Promise.all([signUp(world), signUp(world)])
    const customer = '+16045550123'
    const words = `Is it still there, ${randomUUID()}?`
    await control(world, 'POST', 'sms', {
      from: customer,
      to: one.organization.phoneNumber,
      body: words,
    })
    await control(world, 'POST', 'calls', { from: customer, to: other.organization.phoneNumber })

    const ours = ({ organization_id }: { organization_id: string }) =>
      [one.organization.id, other.organization.id].includes(organization_id)
    const { body } = await get('/api/admin/activity')

    expect(body.activity.filter(ours)).toMatchObject([
      { kind: 'call', organization_name: other.organization.name, from: customer },
      { kind: 'text', organization_name: one.organization.name, status: 'received' },
    ])
    expect(JSON.stringify(body)).not.toContain(words)
    const texts = (await get('/api/admin/activity?kind=text')).body
    expect(texts.activity.filter(ours)).toMatchObject([{ kind: 'text' }])
  })

  test('activity, that failed, is told with its reason and nothing else with it', async () => {
    const { organization, token } = await signUp(world)
    await control(world, 'POST', 'faults', {
      carrier: 'twilio',
      operation: 'messages.create',
      kind: 'error',
      status: 400,
    })
    await request(world.origin, 'POST', `/api/organizations/${organization.id}/messages`, {
      token,
      body: { to: '+16045550177', body: 'Hello' },
    })

    const { body } = await get('/api/admin/activity?failed=true')

    expect(body.activity.map(({ status }: { status: string }) => status)).not.toContain('received')
    expect(body.activity).toMatchObject([
      {
        kind: 'text',
        organization_id: organization.id,
        status: 'failed',
        failure_reason: expect.stringMatching(/\w/),
      },
    ])
  })
})
