import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { control, fault, request, signUp } from '../support/requests.ts'
import { createReplyDeeds, type SignedUp, turnsOn } from '../support/text-replies.ts'
import { startWorld, type World } from '../support/world.ts'

let customers = 0
const aCustomer = () => `+1604555${String(7_500 + ++customers)}`

describe('contacts that are merged while texts of theirs are to be answered', () => {
  let world: World
  let dealer: SignedUp
  let deeds: ReturnType<typeof createReplyDeeds>
  beforeAll(async () => {
    world = await startWorld({
      settings: { NEW_ORGANIZATION_DAYS: '0' },
      timings: { callMaxPolls: 2 },
    })
    deeds = createReplyDeeds(world)
    dealer = await turnsOn(world, await signUp(world))
    // The tests alone say when texts are answered.
    world.context.background.stop()
  })
  afterEach(() => control(world, 'DELETE', 'faults'))
  afterAll(() => world.stop())

  const ask = (method: string, rest: string, body?: object) =>
    request(world.origin, method, `/api/organizations/${dealer.organization.id}${rest}`, {
      token: dealer.token,
      body,
    })
  const text = (from: string, body: string) =>
    deeds.text(from, dealer.organization.phoneNumber, body)
  const contactOf = async (customer: string): Promise<string> =>
    (await ask('GET', `/contacts?phoneNumber=${encodeURIComponent(customer)}`)).body.contacts[0].id
  /** The one that stays has texted, too, and was answered. */
  async function anotherContact() {
    const customer = aCustomer()
    await text(customer, 'I bought the van')
    await deeds.answerAll()
    return { customer, id: await contactOf(customer) }
  }
  const merge = async (into: string, from: string) =>
    expect((await ask('POST', `/contacts/${into}/merge`, { from })).status).toBe(200)
  const answersTo = async (customer: string) =>
    (await deeds.answersTo(customer)).map(({ body }) => body)
  const contactsOfTurns = (customer: string) =>
    world.sql('select contact_id, status from text_turns where customer = $1', [customer])

  test('before the agent is asked, are answered once, as the contact that stays', async () => {
    const stays = await anotherContact()
    const customer = aCustomer()
    await text(customer, 'Is the car ready?')

    await merge(stays.id, await contactOf(customer))
    await deeds.answerAll()
    await deeds.answerAll()

    expect(await answersTo(customer)).toEqual([expect.stringContaining('Is the car ready?')])
    expect(await contactsOfTurns(customer)).toEqual([{ contact_id: stays.id, status: 'answered' }])
    const [conversation] = await deeds.conversationsWith(customer)
    expect(
      conversation.conversation_initiation_client_data.dynamic_variables.conversation_context,
    ).toContain('I bought the van')
  })

  test('between two texts, are answered together, once', async () => {
    const stays = await anotherContact()
    const customer = aCustomer()
    await text(customer, 'Is it ready?')
    await merge(stays.id, await contactOf(customer))
    await text(customer, 'I mean the van')

    await deeds.answerAll()

    expect(await answersTo(customer)).toEqual([
      expect.stringContaining('Is it ready? / I mean the van'),
    ])
  })

  test('while the agent is asked, are answered once', async () => {
    const stays = await anotherContact()
    const customer = aCustomer()
    await text(customer, 'A question')
    await fault(world, 'elevenlabs', 'textConversation', 'slow', { ms: 500, about: customer })
    const answering = deeds.answerAll()
    await expect
      .poll(async () => (await deeds.turnsOf(customer))[0]?.status, { interval: 5 })
      .toBe('asking')

    await merge(stays.id, await contactOf(customer))
    await answering
    await deeds.answerAll()

    expect(await answersTo(customer)).toHaveLength(1)
    expect(await contactsOfTurns(customer)).toEqual([{ contact_id: stays.id, status: 'answered' }])
  })

  test('while nobody knows whether the answer was sent, which it was not, are answered once', async () => {
    const stays = await anotherContact()
    const customer = aCustomer()
    await text(customer, 'A question')
    await fault(world, 'twilio', 'messages.create', 'timeout', { ms: 1, times: 1 })
    await world.sql('update text_turns set due_at = now() where due_at is not null')
    await world.context.messages.replies.answerDue(new AbortController().signal)
    expect(await contactsOfTurns(customer)).toMatchObject([{ status: 'sending' }])

    await merge(stays.id, await contactOf(customer))
    for (const _ of [1, 2]) {
      await world.sql("update messages set poll_at = now() where status = 'unknown'")
      await world.context.messages.tick(new AbortController().signal)
    }
    await deeds.answerAll()

    expect(await answersTo(customer)).toHaveLength(1)
    expect(await contactsOfTurns(customer)).toEqual([{ contact_id: stays.id, status: 'answered' }])
  })

  test('both of which have texted, are answered each at its own number, once', async () => {
    const [one, other] = [aCustomer(), aCustomer()]
    await text(one, 'First question')
    await text(other, 'Second question')

    await merge(await contactOf(one), await contactOf(other))
    await deeds.answerAll()

    expect(await answersTo(one)).toEqual([expect.stringContaining('noted: First question')])
    expect(await answersTo(other)).toEqual([expect.stringContaining('noted: Second question')])
  })

  test('one of which a person writes with, are a person’s both', async () => {
    const stays = await anotherContact()
    const customer = aCustomer()
    await ask('POST', '/messages', { to: stays.customer, body: 'Ann here: I look after you' })
    await text(customer, 'A question')

    await merge(stays.id, await contactOf(customer))
    await deeds.answerAll()

    expect(await answersTo(customer)).toEqual([])
    expect(await deeds.turnsOf(customer)).toMatchObject([
      { status: 'dropped', reason: 'replies_paused' },
    ])
  })

  test('at the very moment at which they are answered, several at once, are answered once each', async () => {
    const stays = await anotherContact()
    // Fewer than would be taken for a machine, as one customer.
    const many = Array.from({ length: 5 }, aCustomer)
    for (const customer of many) await text(customer, `From ${customer}`)
    const contacts = await Promise.all(many.map(contactOf))

    const answering = deeds.answerAll()
    await Promise.all([answering, ...contacts.map((each) => merge(stays.id, each))])
    await deeds.answerAll()

    for (const customer of many) expect(await answersTo(customer)).toHaveLength(1)
    expect(
      await world.sql(
        'select distinct contact_id, status from text_turns where customer = any ($1)',
        [many],
      ),
    ).toEqual([{ contact_id: stays.id, status: 'answered' }])
  })
})
