import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { ADMIN, request, signUp } from '../support/requests.ts'
import { type SignedUp, turnsOn } from '../support/text-replies.ts'
import { startWorld, type World } from '../support/world.ts'

const CUSTOMER = '+16045559461'

describe('explained, why a text', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  const replyStep = async ({ organization }: SignedUp, query: object = { from: CUSTOMER }) => {
    const params = new URLSearchParams({ to: organization.phoneNumber, ...query })
    const { body } = await request(world.origin, 'GET', `/api/admin/routes/explain?${params}`, {
      token: ADMIN,
    })
    return body.steps.find(({ step }: { step: string }) => step === 'reply')
  }
  const ask = ({ organization, token }: SignedUp, method: string, rest: string, body: object) =>
    request(world.origin, method, `/api/organizations/${organization.id}${rest}`, { token, body })
  const textedBy = (dealer: SignedUp) =>
    ask(dealer, 'POST', '/messages', { to: CUSTOMER, body: 'Ann here.' })

  test('of anybody would be answered by an agent, or by nobody, as the organization has it', async () => {
    const dealer = await signUp(world)

    expect(await replyStep(dealer)).toMatchObject({ result: 'off' })
    await turnsOn(world, dealer)
    expect(await replyStep(dealer)).toMatchObject({ result: 'agent' })
    expect(await replyStep(dealer, {})).toBeUndefined()
  })

  test('of a customer whom a person has texted, would not, until when', async () => {
    const dealer = await turnsOn(world, await signUp(world))
    const { body } = await textedBy(dealer)

    expect(await replyStep(dealer)).toMatchObject({
      result: 'paused',
      because: expect.stringMatching(/until 20\d\d-/),
    })
    await ask(dealer, 'PUT', `/contacts/${body.message.contact_id}`, { replies: 'paused' })
    expect((await replyStep(dealer)).because).toContain('Somebody has paused')
  })

  test('would not, because the customer opted out, the number cannot text, or the country is not texted', async () => {
    const dealer = await turnsOn(world, await signUp(world))
    const number = dealer.organization.phoneNumber
    await ask(dealer, 'PATCH', '', { settings: { outbound_countries: ['US'] } })
    const abroad = await replyStep(dealer)
    await world.sql(
      `insert into opt_outs (organization_id, phone_number, our_number, word) values ($1, $2, $3, 'STOP')`,
      [dealer.organization.id, CUSTOMER, number],
    )
    const optedOut = await replyStep(dealer)
    await world.sql(`update phone_numbers set sms_status = 'pending' where phone_number = $1`, [
      number,
    ])

    expect(abroad).toMatchObject({ result: 'country' })
    expect(optedOut).toMatchObject({ result: 'opted_out' })
    expect(await replyStep(dealer)).toMatchObject({ result: 'number_not_ready' })
  })
})
