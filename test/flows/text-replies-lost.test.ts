import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signUp } from '../support/requests.ts'
import { createReplyDeeds, type SignedUp, turnsOn } from '../support/text-replies.ts'
import { startWorld, type World } from '../support/world.ts'

/** Nobody's in any other test of this file. */
const customers = (function* () {
  for (let number = 16045557300; ; number += 1) yield `+${number}`
})()
const aCustomer = () => customers.next().value as string

describe('agents that answer texts, of which a restored database has lost something,', () => {
  let world: World
  let dealer: SignedUp
  let deeds: ReturnType<typeof createReplyDeeds>
  beforeAll(async () => {
    world = await startWorld({ settings: { NEW_ORGANIZATION_DAYS: '0' } })
    deeds = createReplyDeeds(world)
    dealer = await turnsOn(world, await signUp(world, { name: 'Premium Auto Sales' }))
  })
  afterAll(() => world.stop())

  const number = () => dealer.organization.phoneNumber as string
  const forgetAnswers = (customer: string) =>
    world.sql(`delete from messages where direction = 'outbound' and to_number = $1`, [customer])
  /** As before it was answered. */
  async function forgetTurn(customer: string) {
    await forgetAnswers(customer)
    await world.sql(
      `update text_turns set status = 'waiting', due_at = now(), attempts = 0, asked_at = null where customer = $1`,
      [customer],
    )
  }
  const saidTo = async (customer: string) =>
    (await deeds.answersTo(customer)).map(({ body }) => body.replace(/^.*noted: /, ''))

  test('a text, whose answer only the telephone company knows, is answered no second time, and no agent is asked', async () => {
    const customer = aCustomer()
    await deeds.text(customer, number(), 'A question')
    await deeds.answerAll()
    await forgetTurn(customer)

    await deeds.answerAll()

    expect(await saidTo(customer)).toEqual(['A question'])
    expect(await deeds.turnsOf(customer)).toMatchObject([
      { status: 'dropped', reason: 'answered_before' },
    ])
    expect(await deeds.conversationsWith(customer)).toHaveLength(1)
  })

  test('an answer, that was about to be sent and then was, is sent no second time', async () => {
    const customer = aCustomer()
    await deeds.text(customer, number(), 'A question')
    await deeds.answerAll()
    await forgetAnswers(customer)
    await world.sql(
      `update text_turns set status = 'sending', due_at = now(), reason = 'lost', answer = '{"An answer"}' where customer = $1`,
      [customer],
    )

    await deeds.answerAll()

    expect(await saidTo(customer)).toEqual(['A question'])
  })

  test('a text that is caught up, after it was answered, is answered no second time', async () => {
    const customer = aCustomer()
    const { messageSid } = await deeds.text(customer, number(), 'A question')
    await deeds.answerAll()
    const [text] = await world.sql<{ created_at: Date }>(
      'select created_at from messages where provider_message_id = $1',
      [messageSid],
    )
    await world.sql('delete from messages where $1 in (from_number, to_number)', [customer])
    await world.sql('delete from text_turns where customer = $1', [customer])

    await world.sql(
      `select public.receive_message($1, $2, $3, $2, 'A question', '[]', 1, 'request', null, date_trunc('second', $4::timestamptz))`,
      [messageSid, customer, number(), text?.created_at],
    )
    await deeds.answerAll()

    expect(await deeds.turnsOf(customer)).toMatchObject([{ reason: 'answered_before' }])
    expect(await saidTo(customer)).toEqual(['A question'])
  })

  test('a text that came after such an answer, is answered alone', async () => {
    const customer = aCustomer()
    await deeds.text(customer, number(), 'A question')
    await deeds.answerAll()
    await forgetTurn(customer)
    await deeds.text(customer, number(), 'One more')
    await world.sql(
      `update messages set created_at = created_at + interval '5 seconds' where from_number = $1 and body = 'One more'`,
      [customer],
    )

    await deeds.answerAll()

    expect(await saidTo(customer)).toEqual(['A question', 'One more'])
  })

  test('a text of ours, whose answer nobody heard, is not taken for somebody else’s', async () => {
    const customer = aCustomer()
    await deeds.text(customer, number(), 'A question')
    await deeds.answerAll()
    await world.sql(
      `update messages set provider_message_id = null, status = 'unknown' where to_number = $1`,
      [customer],
    )
    await deeds.text(customer, number(), 'One more')

    await deeds.answerAll()

    expect(await saidTo(customer)).toEqual(['A question', 'One more'])
  })
})
