import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('the words about a customer who is erased', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => world.stop())

  test('why not to call, and a notification of no organization, do not survive; that it is not called, does', async () => {
    const customer = '+16045559771'
    const [one, other] = [
      await signUp(world, { provisionPhone: false }),
      await signUp(world, { provisionPhone: false }),
    ]
    const ask = (of: typeof one, path: string, body: object) =>
      request(world.origin, 'POST', `/api/organizations/${of.organization.id}/${path}`, {
        token: of.token,
        body,
      })
    for (const each of [one, other]) {
      const entered = { phoneNumber: customer, reason: `Ada is ill, says ${each.organization.id}` }
      await ask(each, 'do-not-call', entered)
    }
    const { body } = await ask(one, 'contacts', { phoneNumber: customer })
    await world.sql(
      `insert into admin_notifications (type, subject, message)
       values ('sms_routing_failed', 'x', 'A text of ' || $1 || ' came to a number nobody holds')`,
      [customer],
    )
    const address = `https://api.example.com/calls?from=${customer}&quote="`
    await world.sql("select private.notify('call_routing_failed', 'y', $1)", [
      {
        number: '+16045550123',
        customer,
        error: `To ${customer}: "no"`,
        address,
        asked: [customer],
      },
    ])

    await request(
      world.origin,
      'DELETE',
      `/api/organizations/${one.organization.id}/contacts/${body.contact.id}`,
      { token: one.token },
    )

    const kept = (of: typeof one) =>
      world.sql('select phone_number, reason from do_not_call where organization_id = $1', [
        of.organization.id,
      ])
    expect(await kept(one)).toEqual([{ phone_number: customer, reason: null }])
    // Another organization's customer is somebody else's to erase.
    expect(await kept(other)).toMatchObject([{ reason: expect.stringContaining('Ada') }])
    const reported = await world.sql("select message from admin_notifications where subject = 'x'")
    expect(reported).toEqual([{ message: 'A text of (erased) came to a number nobody holds' }])
    const [facts] = await world.sql("select facts from admin_notifications where subject = 'y'")
    expect(facts).toEqual({
      facts: {
        number: '+16045550123',
        customer: '(erased)',
        error: 'To (erased): "no"',
        address: 'https://api.example.com/calls?from=(erased)&quote="',
        asked: ['(erased)'],
      },
    })
  })
})
