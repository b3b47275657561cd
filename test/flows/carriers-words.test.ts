import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CarrierError } from '../../src/carriers/ports/carrier-error.ts'
import { reasonInWords } from '../../src/telephony/failure-reason.ts'
import { ADMIN, request, runOrders, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

/** Who the carriers are, how their requests are called, and what they say in this file. */
const VENDORS = /twilio|elevenlabs|incomingPhoneNumbers|\bHTTP\b|\d{5}\)|said so/i

describe('what a carrier says of a failure', () => {
  let world: World
  let organization: { id: string }
  let token: string
  let isBuying = true
  const refusal = (operation: string) =>
    new CarrierError('twilio', operation, 'rejected', 'Twilio said so [HTTP 400]', {
      code: '21999',
    })
  beforeAll(async () => {
    world = await startWorld({
      telephony: (real) => ({
        ...real,
        buyNumber: (purchase) => {
          if (isBuying) return real.buyNumber(purchase)
          throw refusal('incomingPhoneNumbers.create')
        },
        sendMessage: () => Promise.reject(refusal('messages.create')),
      }),
    })
    ;({ organization, token } = await signUp(world))
  })
  afterAll(() => world.stop())

  const ask = (method: string, path: string, token: string, body?: unknown) =>
    request(world.origin, method, path, { token, ...(body !== undefined && { body }) })

  test.each([
    ['a text', '/api/organizations/:id/messages', { to: '+16045559951', body: 'Hi' }],
    ['a call', '/api/elevenlabs/outbound-call', { phoneNumber: '+15005550001' }],
    ['an agent', '/api/agents', { agent_name: 'Ann', language: 'xx' }],
  ] as const)('that refused %s: is read by operators alone', async (_, route, fields) => {
    const path = route.replace(':id', organization.id)
    const body = path === route ? { ...fields, organizationId: organization.id } : fields

    const answers = [await ask('POST', path, token, body), await ask('POST', path, ADMIN, body)]

    const [tenants, operators] = answers.map((answer) => answer.body.detail)
    expect(answers.map(({ status }) => status >= 400)).toEqual([true, true])
    expect(tenants).not.toMatch(VENDORS)
    expect(operators).toMatch(/^(?:.*\. )?(Twilio|ElevenLabs) /)
  })

  test('that refused a purchase: is read in the order, not in the organization', async () => {
    isBuying = false
    const { organization: without, token } = await signUp(world)
    await runOrders(world)

    const path = `/api/organizations/${without.id}`
    const { phoneNumberError } = (await ask('GET', path, token)).body.organization
    const { orders } = (await ask('GET', '/api/admin/orders', ADMIN)).body

    expect(phoneNumberError).toMatch(/could not be set up/)
    expect(phoneNumberError).not.toMatch(VENDORS)
    expect(orders).toContainEqual(
      expect.objectContaining({
        organization_id: without.id,
        last_error: expect.stringMatching(VENDORS),
      }),
    )
  })

  test('that refused what is kept of texts and calls: is in none of their reasons, which are kinds', async () => {
    const rows = await world.sql<{ reason: string }>(
      `select failure_reason as reason from messages where failure_reason is not null
       union all select failure_reason from calls where failure_reason is not null`,
    )

    expect(rows.length).toBeGreaterThan(0)
    expect(rows.filter(({ reason }) => reasonInWords(reason) === reason)).toEqual([])
    expect(rows.filter(({ reason }) => VENDORS.test(reasonInWords(reason)))).toEqual([])
  })
})
