import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AT_ONCE, createCatchUp, minutesAgo, text } from '../support/outage.ts'
import { signUp } from '../support/requests.ts'
import { createReplyDeeds, type SignedUp, turnsOn } from '../support/text-replies.ts'
import { startWorld, type World } from '../support/world.ts'

let customers = 0
const aCustomer = () => `+1604555${String(6_960 + ++customers)}`

describe('a text that no webhook told of, where agents answer', () => {
  let world: World
  let dealer: SignedUp
  let deeds: ReturnType<typeof createReplyDeeds>
  let catchUp: ReturnType<typeof createCatchUp>
  beforeAll(async () => {
    world = await startWorld({ settings: { NEW_ORGANIZATION_DAYS: '0' }, timings: AT_ONCE })
    deeds = createReplyDeeds(world)
    catchUp = createCatchUp(world)
    dealer = await turnsOn(world, await signUp(world))
    await world.sql(
      `update phone_numbers set created_at = now() - interval '1 day', bought_at = now() - interval '1 day'`,
    )
    await world.sql(`update organization_phone_numbers set assigned_at = now() - interval '1 day'`)
  })
  afterAll(() => world.stop())

  const missed = (from: string, body: string, minutes: number) =>
    world.whileAway(() =>
      text(world, { from, to: dealer.organization.phoneNumber, body, at: minutesAgo(minutes) }),
    )

  test.each([
    ['eleven minutes late, is stored and answered by nobody', 11, 0],
    ['nine minutes late, is answered as any other', 9, 1],
  ])('and that is caught up %s', async (_what, minutes, answers) => {
    const customer = aCustomer()
    await missed(customer, 'Is it there?', minutes)

    await catchUp.texts()
    await deeds.answerAll()

    expect(await world.sql('select body from messages where from_number = $1', [customer])).toEqual(
      [{ body: 'Is it there?' }],
    )
    expect(await deeds.turnsOf(customer)).toHaveLength(answers)
    expect(await deeds.answersTo(customer)).toHaveLength(answers)
  })

  test('and that is caught up late, is no part of what is answered next, but the agent knows it', async () => {
    const customer = aCustomer()
    await missed(customer, 'The red one?', 12)
    await catchUp.texts()
    await deeds.text(customer, dealer.organization.phoneNumber, 'Or the blue one?')

    await deeds.answerAll()

    const [answer, ...more] = await deeds.answersTo(customer)
    expect(more).toEqual([])
    expect(answer?.body).toContain('Or the blue one?')
    expect(answer?.body).not.toContain('The red one?')
    const [{ conversation_initiation_client_data: known }] = await deeds.conversationsWith(customer)
    expect(known.dynamic_variables.conversation_context).toContain('The red one?')
  })

  test('and whose webhook comes after all, once it was caught up late, is answered by nobody', async () => {
    const customer = aCustomer()
    const sid = await missed(customer, 'Anybody?', 12)
    await catchUp.texts()

    await world.context.messages.messages.receive({
      providerMessageId: sid,
      from: customer,
      to: dealer.organization.phoneNumber,
      customer,
      body: 'Anybody?',
      media: [],
      segments: 1,
      keyword: null,
      requestId: 'request',
      sentAt: null,
    })
    await deeds.answerAll()

    expect(await deeds.turnsOf(customer)).toEqual([])
  })
})
