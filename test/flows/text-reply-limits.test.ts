import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ADMIN, atCarriers, request, signUp } from '../support/requests.ts'
import { createReplyDeeds, type SignedUp, turnsOn } from '../support/text-replies.ts'
import { startWorld, type World } from '../support/world.ts'

describe('the limits of agents that answer texts', () => {
  let world: World
  let deeds: ReturnType<typeof createReplyDeeds>
  beforeAll(async () => {
    world = await startWorld({ settings: { NEW_ORGANIZATION_DAYS: '0' } })
    deeds = createReplyDeeds(world)
  })
  afterAll(() => world.stop())

  const change = (of: SignedUp, settings: object, token = of.token) =>
    request(world.origin, 'PATCH', `/api/organizations/${of.organization.id}`, {
      token,
      body: { settings },
    })

  test.each([
    ['customer_hourly_replies', 'replies_to_customer'],
    ['daily_replies', 'replies_in_a_day'],
  ])('%s, once reached, leaves a text to people, and tells them', async (limit, reason) => {
    const dealer = await turnsOn(world, await signUp(world))
    await change(dealer, { outbound_limits: { [limit]: 1 } }, ADMIN)
    const customer = limit === 'daily_replies' ? '+16045556901' : '+16045556902'
    for (const body of ['First', 'Second']) {
      await deeds.text(customer, dealer.organization.phoneNumber, body)
      await deeds.answerAll()
    }

    expect(await deeds.turnsOf(customer)).toMatchObject([
      { status: 'answered' },
      { status: 'failed', reason },
    ])
    expect(await deeds.eventsOf(customer)).toMatchObject([{ body: 'Second' }])
  })

  test('the same words three times in a row, but for their numbers, are a machine’s, which no agent answers', async () => {
    const dealer = await turnsOn(world, await signUp(world))
    for (const ticket of [1, 2, 3]) {
      const body = `We have received your message, ticket ${ticket}.`
      await deeds.text('+16045556903', dealer.organization.phoneNumber, body)
      await deeds.answerAll()
    }

    expect(await deeds.turnsOf('+16045556903')).toMatchObject([
      { status: 'answered' },
      { status: 'answered' },
      { status: 'failed', reason: 'machine_talk' },
    ])
  })

  /** A customer texts these, the first of them at once after the agent's last answer, or much later. */
  async function round(dealer: SignedUp, customer: string, texts: string[], isLater = false) {
    const answers = "direction = 'outbound' and to_number = $1"
    await world.sql(
      isLater
        ? `update messages set created_at = created_at - interval '1 minute' where ${answers}`
        : `update messages set created_at = now() where id =
           (select id from messages where ${answers} order by created_at desc limit 1)`,
      [customer],
    )
    for (const text of texts) await deeds.text(customer, dealer.organization.phoneNumber, text)
    await deeds.answerAll()
  }
  const statusesOf = async (customer: string) =>
    (await deeds.turnsOf(customer)).map(({ status }) => status)

  test('a customer who writes in pieces, each time at once, is no machine, and is answered', async () => {
    const dealer = await turnsOn(world, await signUp(world))
    const customer = '+16045556904'

    await round(dealer, customer, ['Hello'])
    for (const answered of [1, 2])
      await round(dealer, customer, ['Yes', 'the red one', 'or blue', `so ${answered}?`])

    expect(await statusesOf(customer)).toEqual(['answered', 'answered', 'answered'])
  })

  test.each([
    ['each time at once', false, '+16045556905', 'failed'],
    ['and once a minute later', true, '+16045556906', 'answered'],
  ])(
    'whoever writes eight times after an answer, %s, is a machine or a person',
    async (_how, isLater, customer, status) => {
      const dealer = await turnsOn(world, await signUp(world))

      await round(dealer, customer, ['Hello'])
      for (const at of [1, 2, 3, 4, 5, 6, 7, 8])
        await round(dealer, customer, [`Text ${at}`], isLater && at === 5)

      expect((await statusesOf(customer)).at(-1)).toBe(status)
    },
  )

  test('from how many turns on that is a machine, can be set for one organization', async () => {
    const dealer = await turnsOn(world, await signUp(world))
    await change(dealer, { outbound_limits: { replies_in_a_row: 3 } }, ADMIN)
    const customer = '+16045556907'

    await round(dealer, customer, ['Hello'])
    for (const at of [1, 2, 3]) await round(dealer, customer, [`Text ${at}`])

    expect(await statusesOf(customer)).toEqual(['answered', 'answered', 'answered', 'failed'])
  })

  test('an agent that cannot answer texts, keeps the switch off, and says what to do', async () => {
    const dealer = await signUp(world)
    const [agent] = (await atCarriers(world)).elevenlabs.agents
    await request(world.twins.origin, 'PATCH', `/elevenlabs/v1/convai/agents/${agent.agent_id}`, {
      headers: { 'xi-api-key': 'sandbox-elevenlabs-key' },
      body: { conversation_config: { conversation: { client_events: ['audio'] } } },
    })

    const refused = [
      await change(dealer, { text_replies: 'agent' }),
      await change(dealer, { text_replies: 'agent' }, ADMIN),
    ]

    expect(refused).toMatchObject([
      { status: 422, body: { code: 'agent_cannot_text' } },
      { status: 422, body: { detail: expect.stringContaining('npm run setup:elevenlabs') } },
    ])
    expect((await change(dealer, { text_replies: 'off' })).status).toBe(200)
  })
})
