import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  ADMIN,
  control,
  fault,
  notifications,
  PATIENCE_MS,
  request,
  signUp,
} from '../support/requests.ts'
import { createReplyDeeds, type SignedUp, turnsOn } from '../support/text-replies.ts'
import { startWorld, type World } from '../support/world.ts'

/** Nobody's in any other test of this file. */
const customers = (function* () {
  for (let number = 16045557000; ; number += 1) yield `+${number}`
})()
const aCustomer = () => customers.next().value as string

describe('agents that answer texts', () => {
  let world: World
  let dealer: SignedUp
  let deeds: ReturnType<typeof createReplyDeeds>
  beforeAll(async () => {
    world = await startWorld({ settings: { NEW_ORGANIZATION_DAYS: '0' } })
    deeds = createReplyDeeds(world)
    dealer = await turnsOn(world, await signUp(world, { name: 'Premium Auto Sales' }))
  })
  afterEach(() => control(world, 'DELETE', 'faults'))
  afterAll(() => world.stop())

  const to = () => dealer.organization.phoneNumber as string
  const text = (from: string, body: string) => deeds.text(from, to(), body)
  const path = (of = dealer) => `/api/organizations/${of.organization.id}`
  const ask = (method: string, rest: string, body?: unknown, of = dealer, token = of.token) =>
    request(world.origin, method, `${path(of)}${rest}`, { token, body })
  const reply = (from: string, body: string) => ask('POST', '/messages', { to: from, body })
  const waiting = async () =>
    (await notifications(world, '?type=text_reply_failed&status=pending')).map(
      ({ message }) => message,
    )
  const contactOf = async (customer: string) =>
    (await ask('GET', `/contacts?phoneNumber=${encodeURIComponent(customer)}`)).body.contacts[0]

  test('a text, that a customer sends, is acknowledged at once and answered from the number that was texted', async () => {
    const customer = aCustomer()

    const acknowledged = await text(customer, 'Is the red Civic still there?')

    expect(acknowledged.status).toBe(200)
    await expect
      .poll(() => deeds.answersTo(customer), { timeout: PATIENCE_MS })
      .toMatchObject([
        {
          from: to(),
          to: customer,
          body: 'This is Premium Auto Sales. I have noted: Is the red Civic still there?',
        },
      ])
    await expect.poll(() => deeds.turnsOf(customer)).toMatchObject([{ status: 'answered' }])
  })

  test('texts in a row, are answered together, one line each', async () => {
    const customer = aCustomer()
    await text(customer, 'Hello')
    await text(customer, 'Is it\nstill there?')

    await deeds.answerAll()

    expect(await deeds.answersTo(customer)).toMatchObject([
      { body: 'This is Premium Auto Sales. I have noted: Hello / Is it still there?' },
    ])
    expect(await deeds.turnsOf(customer)).toHaveLength(1)
  })

  test('the agent, is told what it is told on a call, without the texts that it is asked', async () => {
    const customer = aCustomer()
    await text(customer, 'First question')
    await deeds.answerAll()
    await text(customer, 'Second question')

    await deeds.answerAll()

    const [, last] = await deeds.conversationsWith(customer)
    expect(last.conversation_initiation_client_data.dynamic_variables).toMatchObject({
      organization_name: 'Premium Auto Sales',
      organization_id: dealer.organization.id,
      customer_phone: customer,
      called_number: to(),
      lead_status: 'Active Lead',
      conversation_context: expect.stringMatching(/First question[\s\S]*I have noted/),
    })
    const { conversation_context: context } =
      last.conversation_initiation_client_data.dynamic_variables
    expect(context).not.toContain('Second question')
  })

  test('texts of an organization, that has not switched it on, are answered by nobody', async () => {
    const other = await signUp(world)
    const customer = aCustomer()

    await deeds.text(customer, other.organization.phoneNumber, 'Hello?')
    await deeds.answerAll()

    expect(await deeds.turnsOf(customer)).toEqual([])
    expect(await deeds.answersTo(customer)).toEqual([])
  })

  test.each([
    ['STOP', []],
    ['help', []],
    ['Yes', [{ body: expect.stringContaining('I have noted: Yes') }]],
    ['START', [{ body: expect.stringContaining('I have noted: START') }]],
  ])(
    'the word %s, of a customer who wants texts, has the answers %j of the agent',
    async (word, answers) => {
      const customer = aCustomer()
      await text(customer, word)

      await deeds.answerAll()

      const said = await deeds.answersTo(customer)
      expect(said.filter(({ body }) => body.startsWith('This is Premium'))).toMatchObject(answers)
    },
  )

  test('a word that lifts an opt-out, is answered by no agent, and the next text is', async () => {
    const customer = aCustomer()
    await text(customer, 'STOP')
    await text(customer, 'Anybody there?')
    await text(customer, 'START')
    await deeds.answerAll()
    expect(await deeds.turnsOf(customer)).toEqual([])

    await text(customer, 'Hello again')
    await deeds.answerAll()

    expect(await deeds.turnsOf(customer)).toMatchObject([{ status: 'answered' }])
  })

  test('a STOP, that comes while the agent is asked, keeps its answer back', async () => {
    const customer = aCustomer()
    await text(customer, 'A question')
    await text(customer, 'STOP')

    await deeds.answerAll()

    expect(await deeds.turnsOf(customer)).toMatchObject([
      { status: 'dropped', reason: 'opted_out' },
    ])
  })

  test('a person who texts the customer, takes over for an hour, and lets it answer again', async () => {
    const customer = aCustomer()
    await text(customer, 'Can somebody call me?')
    expect((await reply(customer, 'I will, in ten minutes')).status).toBe(201)
    await deeds.answerAll()
    await text(customer, 'Thank you')
    await deeds.answerAll()

    expect(await deeds.turnsOf(customer)).toMatchObject([{ status: 'dropped' }])
    expect((await deeds.answersTo(customer)).map(({ body }) => body)).toEqual([
      'I will, in ten minutes',
    ])
    const contact = await contactOf(customer)
    expect(contact).toMatchObject({ replies: 'paused', replies_paused_until: expect.any(String) })

    const changed = await ask('PUT', `/contacts/${contact.id}`, { replies: 'on' })
    expect(changed.body.contact).toMatchObject({ replies: 'on', replies_paused_until: null })
    await text(customer, 'One more question')
    await deeds.answerAll()

    expect((await deeds.answersTo(customer)).at(-1)?.body).toContain('One more question')
  })

  test('an hour after a person has texted, the agent answers again', async () => {
    const customer = aCustomer()
    await text(customer, 'Hello')
    await reply(customer, 'Hello, this is Ann')
    await world.sql(
      `update contacts set replies_paused_until = replies_paused_until - interval '1 hour' where phone_number = $1`,
      [customer],
    )

    await text(customer, 'Still there?')
    await deeds.answerAll()

    expect((await deeds.answersTo(customer)).at(-1)?.body).toContain('Still there?')
  })

  test('a customer for whom replies are paused, is answered by no agent until they are on', async () => {
    const customer = aCustomer()
    await text(customer, 'Hello')
    const { id } = await contactOf(customer)
    const paused = await ask('PUT', `/contacts/${id}`, { replies: 'paused' })

    await deeds.answerAll()

    expect(paused.body.contact).toMatchObject({ replies: 'paused', replies_paused_until: null })
    expect(await deeds.turnsOf(customer)).toMatchObject([
      { status: 'dropped', reason: 'replies_paused' },
    ])
  })

  test('a person who texts between an answer and its sending, has the last word', async () => {
    const customer = aCustomer()
    await text(customer, 'A question')
    await fault(world, 'elevenlabs', 'textConversation', 'slow', { ms: 300 })
    const answering = deeds.answerAll()
    await expect
      .poll(async () => (await deeds.turnsOf(customer))[0]?.status, { interval: 5 })
      .toBe('asking')

    await reply(customer, 'I take this one')
    await answering

    expect((await deeds.answersTo(customer)).map(({ body }) => body)).toEqual(['I take this one'])
  })

  test('an answer longer than a text, is cut where sentences end', async () => {
    const customer = aCustomer()
    const sentence = `${'word '.repeat(180).trim()}.`
    await control(world, 'POST', 'text-answers', {
      about: 'Tell me everything',
      answer: `${sentence} ${sentence} ${sentence}`,
    })
    await text(customer, 'Tell me everything')

    await deeds.answerAll()

    expect((await deeds.answersTo(customer)).map(({ body }) => body)).toEqual([
      sentence,
      sentence,
      sentence,
    ])
  })

  test('an answer of which the second text is refused, was sent in part, which is told', async () => {
    const customer = aCustomer()
    const sentence = `${'word '.repeat(180).trim()}.`
    await control(world, 'POST', 'text-answers', {
      about: 'Tell me half',
      answer: `${sentence} ${sentence}`,
    })
    await fault(world, 'twilio', 'messages.create', 'error', {
      skip: 1,
      status: 400,
      about: customer,
    })
    await text(customer, 'Tell me half')

    await deeds.answerAll()

    expect(await deeds.answersTo(customer)).toMatchObject([{ body: sentence }])
    expect(await deeds.turnsOf(customer)).toMatchObject([
      { status: 'failed', reason: expect.stringMatching(/^answer_in_part: \S/) },
    ])
    const [notified] = await notifications(world, '?type=text_reply_failed&status=pending')
    expect(notified?.message).toMatch(/was not wholly answered .*the answer was sent in part/)
  })

  test.each([
    ['a word that refuses texts', 'Stop.', 'a word by which customers refuse texts'],
    ['nothing', ' \n ', 'had no words'],
    ['more than three texts', 'word. '.repeat(900), 'longer than three texts'],
  ])('an answer that is %s, is not sent, and told', async (what, answer, reason) => {
    const customer = aCustomer()
    await control(world, 'POST', 'text-answers', { about: `Say ${what}`, answer })
    await text(customer, `Say ${what}`)

    await deeds.answerAll()

    expect(await deeds.answersTo(customer)).toEqual([])
    expect(await deeds.eventsOf(customer)).toMatchObject([
      { type: 'text_reply.failed', body: `Say ${what}` },
    ])
    const notified = await request(
      world.origin,
      'GET',
      '/api/admin/notifications?type=text_reply_failed',
      {
        token: ADMIN,
      },
    )
    expect(notified.body.notifications[0]).toMatchObject({
      organization_id: dealer.organization.id,
      message: expect.stringContaining(reason),
    })
  })

  test.each(['dies', 'error'] as const)(
    'an agent, that meets %s twice, is asked again and answers',
    async (kind) => {
      const customer = aCustomer()
      await fault(world, 'elevenlabs', 'textConversation', kind, { times: 2 })
      await text(customer, 'A question')

      await deeds.answerAll()

      expect(await deeds.turnsOf(customer)).toMatchObject([{ status: 'answered', attempts: 3 }])
      expect(await deeds.answersTo(customer)).toHaveLength(1)
    },
  )

  test('an agent, that gives no answer three times, is asked no more, which is told; the next text is answered', async () => {
    const customer = aCustomer()
    await fault(world, 'elevenlabs', 'textConversation', 'dies', { times: 3 })
    await text(customer, 'A question')

    await deeds.answerAll()

    expect(await deeds.turnsOf(customer)).toMatchObject([{ status: 'failed', attempts: 3 }])
    expect(await deeds.eventsOf(customer)).toMatchObject([{ type: 'text_reply.failed' }])
    await text(customer, 'Another question')
    await deeds.answerAll()
    expect(await deeds.answersTo(customer)).toHaveLength(1)
    expect(await waiting()).not.toContainEqual(expect.stringContaining('however often'))
  })

  test('a customer, in a country that the organization does not text, costs no conversation, and is told of', async () => {
    const other = await turnsOn(world, await signUp(world))
    const customer = aCustomer()
    await ask('PATCH', '', { settings: { outbound_countries: ['US'] } }, other)
    await deeds.text(customer, other.organization.phoneNumber, 'Hello')

    await deeds.answerAll()

    expect(await deeds.turnsOf(customer)).toMatchObject([
      { status: 'failed', reason: 'country_not_texted', attempts: 0 },
    ])
    expect(await deeds.conversationsWith(customer)).toEqual([])
    expect(await deeds.eventsOf(customer)).toHaveLength(1)
  })

  describe('a person who texts, takes over', () => {
    const repliesTo = async (customer: string) => (await contactOf(customer)).replies
    const texted = (customer: string, fields: object = {}) =>
      ask('POST', '/messages', { to: customer, body: 'Ann here.', ...fields })

    test('also where agents are to answer only from now on', async () => {
      const other = await signUp(world)
      const customer = aCustomer()
      const sent = await ask('POST', '/messages', { to: customer, body: 'Ann here.' }, other)
      await turnsOn(world, other)
      await deeds.text(customer, other.organization.phoneNumber, 'Thanks. And the red one?')
      await deeds.answerAll()

      expect(sent.status).toBe(201)
      expect(await deeds.turnsOf(customer)).toEqual([])
    })

    test('not with a text that the telephone company refuses', async () => {
      const customer = aCustomer()
      await fault(world, 'twilio', 'messages.create', 'error', { status: 400, about: customer })

      const { status } = await texted(customer)

      expect(status).toBeGreaterThanOrEqual(400)
      expect(await repliesTo(customer)).toBe('on')
    })

    test.each(['failed', 'undelivered'])(
      'not with a text that is told to be %s later, unless another one holds it',
      async (status) => {
        const [alone, another] = [aCustomer(), aCustomer()]
        await texted(another)
        expect(await repliesTo(another)).toBe('paused')
        for (const number of [alone, another])
          await control(world, 'POST', 'deliveries', { number, errorCode: 30003, status })

        for (const customer of [alone, another]) {
          const { id } = (await texted(customer, { body: 'Ann again.' })).body.message
          const became = () => world.sql('select status from messages where id = $1', [id])
          await expect.poll(became, { timeout: PATIENCE_MS }).toEqual([{ status }])
        }

        expect(await repliesTo(alone)).toBe('on')
        expect(await repliesTo(another)).toBe('paused')
      },
    )

    test('not where the request says that a program texts', async () => {
      const customer = aCustomer()

      expect((await texted(customer, { takesOver: false })).status).toBe(201)

      expect(await repliesTo(customer)).toBe('on')
    })
  })

  describe('that an answer of an agent is not sent, is told of each customer', () => {
    async function isNotAnswered() {
      const customer = aCustomer()
      const about = `Say nothing to ${customer}`
      await control(world, 'POST', 'text-answers', { about, answer: ' ' })
      await text(customer, about)
      await deeds.answerAll()
      return customer
    }
    const ofCustomer = async (customer: string) =>
      (await waiting()).filter((message) => message.includes(`A text of ${customer} `))

    test('until that one is answered by an agent, whoever else is answered, or is not', async () => {
      const [first, second] = [await isNotAnswered(), await isNotAnswered()]
      await text(aCustomer(), 'Is it still there?')
      await deeds.answerAll()

      expect(await ofCustomer(first)).toHaveLength(1)
      expect(await ofCustomer(second)).toHaveLength(1)
      await text(first, 'Hello?')
      await deeds.answerAll()
      expect(await ofCustomer(first)).toEqual([])
      expect(await ofCustomer(second)).toHaveLength(1)
    })

    test('until a person answers', async () => {
      const customer = await isNotAnswered()

      expect((await reply(customer, 'Ann here. Yes.')).status).toBe(201)

      expect(await ofCustomer(customer)).toEqual([])
    })
  })

  test('a text to a number, that may not text, or of a suspended organization, waits for no agent', async () => {
    const other = await turnsOn(world, await signUp(world))
    const [customer, another] = [aCustomer(), aCustomer()]
    const number = other.organization.phoneNumber
    await world.sql(`update phone_numbers set sms_status = 'pending' where phone_number = $1`, [
      number,
    ])
    await deeds.text(customer, number, 'Hello')
    await world.sql(`update phone_numbers set sms_status = 'ready' where phone_number = $1`, [
      number,
    ])
    await deeds.text(another, number, 'Hello')
    await ask('PATCH', '', { status: 'suspended' }, other, ADMIN)

    await deeds.answerAll()

    expect(await deeds.turnsOf(customer)).toEqual([])
    expect(await deeds.turnsOf(another)).toMatchObject([
      { status: 'dropped', reason: 'replies_off' },
    ])
  })

  test('a number, that was given up meanwhile, answers nobody', async () => {
    const other = await turnsOn(world, await signUp(world))
    const customer = aCustomer()
    const number = other.organization.phoneNumber
    await deeds.text(customer, number, 'Hello')
    await ask('DELETE', `/phone-numbers/${encodeURIComponent(number)}`, undefined, other)

    await deeds.answerAll()

    expect(await deeds.turnsOf(customer)).toMatchObject([
      { status: 'dropped', reason: 'number_given_up' },
    ])
    expect(await deeds.answersTo(customer)).toEqual([])
  })

  test('what a text conversation costs, is a line of its own, to the micro-dollar, and no call', async () => {
    const other = await turnsOn(world, await signUp(world))
    const customer = aCustomer()
    await deeds.text(customer, other.organization.phoneNumber, 'What does it cost?')
    await deeds.answerAll()
    await control(world, 'POST', 'idle')

    const { body } = await ask('GET', '/usage', undefined, other)

    const [conversation] = await deeds.conversationsWith(customer)
    expect(body.text_replies).toEqual({
      conversations: 1,
      cost: Math.round(conversation.metadata.cost_fiat * 1_000_000),
      estimated: false,
    })
    expect(body.calls).toMatchObject({ in: 0, out: 0, agent_cost: 0 })
    expect((await ask('GET', '/calls', undefined, other)).body.calls).toEqual([])
  })

  test('a customer of two organizations, is answered by each in its own name, with nothing of the other', async () => {
    const other = await turnsOn(world, await signUp(world, { name: 'Budget Motors' }))
    const customer = aCustomer()
    await text(customer, 'The secret word is azalea')
    await deeds.text(customer, other.organization.phoneNumber, 'The other word is begonia')
    await deeds.answerAll()
    await text(customer, 'What did I say?')
    await deeds.text(customer, other.organization.phoneNumber, 'And here?')

    await deeds.answerAll()

    for (const [of, own, foreign] of [
      [dealer, 'azalea', 'begonia'],
      [other, 'begonia', 'azalea'],
    ] as const) {
      const theirs = (await deeds.conversationsWith(customer)).filter(
        (row) =>
          row.conversation_initiation_client_data.dynamic_variables.organization_id ===
          of.organization.id,
      )
      expect(theirs).toHaveLength(2)
      expect(JSON.stringify(theirs)).toContain(own)
      expect(JSON.stringify(theirs)).not.toContain(foreign)
      const said = (await deeds.answersTo(customer)).filter(
        ({ from }) => from === of.organization.phoneNumber,
      )
      expect(said).toHaveLength(2)
      expect(JSON.stringify(said)).not.toContain(foreign)
    }
  })

  test('a customer who is erased, is erased with what agents wrote with them at the voice platform', async () => {
    const customer = aCustomer()
    await text(customer, 'Forget me')
    await deeds.answerAll()
    const { id } = await contactOf(customer)

    await ask('DELETE', `/contacts/${id}`)
    await world.context.privacy.eraseAtCarriers.tick(new AbortController().signal)

    expect(await deeds.turnsOf(customer)).toEqual([])
    await expect.poll(() => deeds.conversationsWith(customer)).toEqual([])
  })
})
