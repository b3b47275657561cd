import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { aPoolNumber } from '../support/manual.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, atCarriers, request, signUp } from '../support/requests.ts'
import { aCall, askInitiation, aText, SMS_PATH, twilioPost } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

describe('who is a customer', () => {
  let world: World
  let number: string
  let ours: string
  let organizationId: string
  let token: string
  beforeAll(async () => {
    world = await startWorld({
      settings: {
        DEFAULT_PHONE_NUMBER: '+16045558790',
        DEFAULT_ELEVENLABS_PHONE_ID: 'phnum_default',
      },
    })
    // The server that was started last says which number calls go out from.
    await world.restart({})
    const { organization, ...user } = await signUp(world, { name: 'Premium Auto Sales' })
    number = organization.phoneNumber
    organizationId = organization.id
    token = user.token
    ours = (await signUp(world)).organization.phoneNumber
  })
  afterAll(() => stopWithCleanLogs(world, ['My secret']))

  const asked = async (caller_id: string) => {
    const { body } = await askInitiation(world, aCall(number, { caller_id }))
    return body.dynamic_variables
  }

  const text = (From: string, Body: string, To = number) =>
    twilioPost(world, SMS_PATH, aText(To, { From, Body }))

  /** Every number of this deployment, whatever it is there for. */
  const OURS: Record<string, () => Promise<string>> = {
    'our own': async () => ours,
    'of the pool': () => aPoolNumber(world),
    'in quarantine': async () => {
      const { organization, token: owner } = await signUp(world)
      await request(
        world.origin,
        'DELETE',
        `/api/organizations/${organization.id}/phone-numbers/${encodeURIComponent(organization.phoneNumber)}`,
        { token: owner },
      )
      return organization.phoneNumber
    },
    'the default one': async () => '+16045558790',
  }

  const contactsOf = (phoneNumber: string) =>
    world.sql('select 1 from contacts where organization_id = $1 and phone_number = $2', [
      organizationId,
      phoneNumber,
    ])

  const send = (to: string) =>
    request(world.origin, 'POST', `/api/organizations/${organizationId}/messages`, {
      token,
      body: { to, body: 'Your car is ready' },
    })

  test.each([
    '+11111111111',
    '+19999999999',
    '+15557654321',
    '+440000000000',
    ...Object.keys(OURS),
  ])('a caller id, %s, that nobody can have, is nobody, however often', async (which) => {
    const callerId = (await OURS[which]?.()) ?? which
    await text(callerId, 'My secret')
    await asked(callerId)

    const second = await asked(callerId)

    expect(second).toMatchObject({
      organization_name: 'Premium Auto Sales',
      customer_name: 'Unknown',
      lead_status: 'New Inquiry',
      conversation_context: '',
    })
    expect(await contactsOf(callerId)).toEqual([])
  })

  test('a contact, whose number became one of ours, is not recalled to whoever calls from it', async () => {
    await world.sql(
      'insert into contacts (organization_id, phone_number, name) values ($1, $2, $3)',
      [organizationId, ours, 'Ada'],
    )

    const variables = await asked(ours)
    const { body } = await request(
      world.origin,
      'GET',
      `/api/admin/routes/explain?to=${encodeURIComponent(number)}&from=${encodeURIComponent(ours)}`,
      { token: ADMIN },
    )

    await world.sql('delete from contacts where phone_number = $1', [ours])
    expect(variables.customer_name).toBe('Unknown')
    expect(body.customer).toBeNull()
    expect(body.steps.at(-1)).toMatchObject({ step: 'memory', result: 'none' })
    expect(body.steps.at(-1).because).toContain('is a number of ours')
  })

  test('one customer, in every notation a carrier tells, is one contact', async () => {
    const caller = '+16045559601'
    await text(caller, 'One')
    await text('whatsapp:+16045559601', 'Two')
    await text('rcs:+16045559601', 'Three', `rcs:${number}`)

    for (const notation of ['16045559601', '6045559601', '+1 604 555 9601', 'tel:+16045559601']) {
      expect((await asked(notation)).conversation_context).toContain('Customer: Three')
    }
    expect(await contactsOf(caller)).toHaveLength(1)
    const calls = await world.sql(
      'select distinct from_number from calls where from_number like $1',
      ['%6045559601'],
    )
    expect(calls).toEqual([{ from_number: caller }])
  })

  test('a STOP, told on another channel, keeps texts away, until a START on any', async () => {
    await text('whatsapp:+16045559602', 'STOP', `whatsapp:${number}`)

    expectProblem(await send('+16045559602'), 409, 'opted_out')
    await text('rcs:+16045559602', 'START')
    expect((await send('+16045559602')).status).toBe(201)
  })

  test('callers, put through to any number of ours, would come back, so that is refused', async () => {
    for (const [which, numberOf] of Object.entries(OURS)) {
      const answer = await request(world.origin, 'PATCH', `/api/organizations/${organizationId}`, {
        token,
        body: { settings: { fallback_forward_to: await numberOf() } },
      })

      expect([which, answer.status, answer.body.code]).toEqual([which, 422, 'routing_unfit'])
    }
  })

  test('a number of this deployment, whatever it is there for, is neither called nor texted', async () => {
    for (const [which, numberOf] of Object.entries(OURS)) {
      const to = await numberOf()
      const call = await request(world.origin, 'POST', '/api/elevenlabs/outbound-call', {
        token,
        body: { organizationId, phoneNumber: to },
      })
      const texted = await send(to)

      expect([which, call.body.code, texted.body.code]).toEqual([
        which,
        'call_to_self',
        'message_to_self',
      ])
      const { requests } = await atCarriers(world)
      expect(requests.elevenlabs.outboundCall ?? 0).toBe(0)
    }
  })

  test.each(Object.keys(OURS))(
    'a do-not-call list, entered with the number %s, refuses it, be it of one organization or of all',
    async (which) => {
      const phoneNumber = await OURS[which]?.()
      const path = `/api/organizations/${organizationId}/do-not-call`

      const one = await request(world.origin, 'POST', path, { token, body: { phoneNumber } })
      const all = await request(world.origin, 'POST', '/api/admin/do-not-call', {
        token: ADMIN,
        body: { phoneNumber },
      })

      for (const answer of [one, all]) {
        expectProblem(answer, 400, 'contact_impossible')
        expect(answer.body.detail).toContain('phoneNumber')
      }
      expect(
        await world.sql('select 1 from do_not_call where phone_number = $1', [phoneNumber]),
      ).toEqual([])
    },
  )

  test.each([
    ['+19999999999', 'contact_impossible'],
    ...Object.keys(OURS).map((which) => [which, 'contact_impossible']),
    ['whatsapp:+16045559603', 'validation_failed'],
  ])('a contact, entered with %s, is refused with %s', async (which = '', code = '') => {
    const phoneNumber = (await OURS[which]?.()) ?? which

    const answer = await request(
      world.origin,
      'POST',
      `/api/organizations/${organizationId}/contacts`,
      { token, body: { phoneNumber } },
    )

    expectProblem(answer, 400, code)
    expect(answer.body.detail).toContain('phoneNumber')
  })
})
