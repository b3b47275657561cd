import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ADMIN, control, fault, outside, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const quick = { CALL_LOOK_MS: '20', CALL_MAX_LOOKS: '3' }

/** Nobody's in any other test. */
const customers = (function* () {
  for (let number = 16045558000; ; number += 1) yield `+${number}`
})()
const aCustomer = () => customers.next().value as string

type SignedUp = Awaited<ReturnType<typeof signUp>>

describe('texting', () => {
  let world: World
  let dealer: SignedUp
  let other: SignedUp
  beforeAll(async () => {
    world = await startWorld({ settings: quick })
    ;[dealer, other] = [await signUp(world), await signUp(world)]
  })
  afterEach(() => control(world, 'DELETE', 'faults'))
  afterAll(() => world.stop())

  const pathOf = ({ organization }: SignedUp) => `/api/organizations/${organization.id}/messages`
  const text = (from: SignedUp, to: string, body = 'Hello', headers = {}) =>
    request(world.origin, 'POST', pathOf(from), { token: from.token, body: { to, body }, headers })
  const read = async (from: SignedUp, id: string) =>
    (await request(world.origin, 'GET', `${pathOf(from)}/${id}`, { token: from.token })).body
      .message
  const tick = () => world.context.messagesTick(new AbortController().signal)
  const settled = () => control(world, 'POST', 'settled')
  const sentTo = async (to: string) =>
    (await outside(world)).twilio.messages.filter(
      (message: { to: string; direction: string }) =>
        message.to === to && message.direction !== 'inbound',
    )
  /** Looks, until the text is no longer in doubt. */
  async function lookUp(from: SignedUp, id: string) {
    for (let look = 0; look < 10; look += 1) {
      await new Promise((resolve) => setTimeout(resolve, 30))
      await tick()
      const message = await read(from, id)
      if (message.status !== 'unknown' && message.status !== 'queued') return message
    }
    return read(from, id)
  }

  test('a text, sent to a customer of two: comes from the own number of each, and is delivered', async () => {
    const customer = aCustomer()

    const answers = [await text(dealer, customer), await text(other, customer)]

    await settled()
    expect(answers.map(({ status }) => status)).toEqual([201, 201])
    expect((await sentTo(customer)).map(({ from }: { from: string }) => from)).toEqual([
      dealer.organization.phoneNumber,
      other.organization.phoneNumber,
    ])
    expect(await read(dealer, answers[0]?.body.message.id)).toMatchObject({
      status: 'delivered',
      from: dealer.organization.phoneNumber,
      error_code: null,
    })
  })

  test('an answer lost on the way: sends once, and what became of it is found out', async () => {
    const customer = aCustomer()
    const headers = { 'idempotency-key': randomUUID() }
    await fault(world, 'twilio', 'messages.create', 'lost_reply', { ms: 1 })

    const answer = await text(dealer, customer, 'Lost', headers)
    const repeat = await text(dealer, customer, 'Lost', headers)
    await settled()
    // As if no status had been told, so that only a look can tell.
    await world.sql(
      "update messages set provider_message_id = null, status = 'unknown', look_at = now() where id = $1",
      [answer.body.message.id],
    )
    const message = await lookUp(dealer, answer.body.message.id)

    expect([answer.status, answer.body.message.status]).toEqual([202, 'unknown'])
    expect(repeat.body.message.id).toBe(answer.body.message.id)
    const sent = await sentTo(customer)
    expect(sent).toHaveLength(1)
    expect(message).toMatchObject({ message_sid: sent[0].sid, status: 'delivered' })
  })

  test('an answer lost on the way, with its statuses told: is settled by those alone', async () => {
    const customer = aCustomer()
    await fault(world, 'twilio', 'messages.create', 'lost_reply', { ms: 1 })

    const answer = await text(dealer, customer)
    await settled()

    expect(await read(dealer, answer.body.message.id)).toMatchObject({ status: 'delivered' })
    expect(await sentTo(customer)).toHaveLength(1)
  })

  test('a request that never arrived: is not sent, and counts as failed after enough looks', async () => {
    const customer = aCustomer()
    await fault(world, 'twilio', 'messages.create', 'timeout', { ms: 1 })

    const answer = await text(dealer, customer)
    const message = await lookUp(dealer, answer.body.message.id)

    expect(answer.status).toBe(202)
    expect(message).toMatchObject({
      status: 'failed',
      failure_reason: expect.stringContaining('not sent'),
    })
    expect(await sentTo(customer)).toEqual([])
  })

  test.each(['duplicate_webhook', 'reorder'])(
    'statuses told with %s: end as told in order',
    async (kind) => {
      const customer = aCustomer()
      await fault(world, 'twilio', 'messageStatus', kind, { times: 2 })

      const answer = await text(dealer, customer)
      await settled()

      expect(await read(dealer, answer.body.message.id)).toMatchObject({ status: 'delivered' })
    },
  )

  test('a text that carriers filter: is undelivered, with a reason one can read', async () => {
    const customer = aCustomer()
    await control(world, 'POST', 'deliveries', { number: customer, errorCode: 30007 })

    const answer = await text(dealer, customer)
    await settled()

    expect(await read(dealer, answer.body.message.id)).toMatchObject({
      status: 'undelivered',
      error_code: '30007',
      failure_reason: expect.stringContaining('filtered'),
    })
  })

  test.each([
    ['+15005550001', '21211'],
    ['+15005550003', '21408'],
    ['+15005550009', '21614'],
  ])('a text to %s: is refused with the reason of %s, and its row failed', async (to, code) => {
    const answer = await text(dealer, to)

    expect(answer).toMatchObject({ status: 409, body: { code: 'message_refused' } })
    const { body } = await request(world.origin, 'GET', `${pathOf(dealer)}?status=failed`, {
      token: dealer.token,
    })
    expect(body.messages).toContainEqual(
      expect.objectContaining({ to, error_code: code, failure_reason: answer.body.detail }),
    )
  })

  test('a STOP that only Twilio heard of: is a 409, and is known from then on', async () => {
    const customer = '+15005550004'
    const before = (await outside(world)).requests.twilio['messages.create']

    const answers = [await text(dealer, customer), await text(dealer, customer)]

    expect(answers.map(({ body }) => body.code)).toEqual(['opted_out', 'opted_out'])
    expect((await outside(world)).requests.twilio['messages.create']).toBe(before + 1)
    expect(
      await world.sql('select word from opt_outs where phone_number = $1', [customer]),
    ).toEqual([{ word: '21610' }])
  })

  test('a customer who texts STOP to one dealer: hears of the other as before', async () => {
    const customer = aCustomer()
    const say = (body: string) =>
      control(world, 'POST', 'sms', { from: customer, to: dealer.organization.phoneNumber, body })

    await say('STOP')
    const answers = [await text(dealer, customer), await text(other, customer)]
    await say('START')
    const again = await text(dealer, customer)

    expect(answers.map(({ status }) => status)).toEqual([409, 201])
    expect(again.status).toBe(201)
  })

  test('a suspended organization: sends nothing', async () => {
    const gone = await signUp(world)
    await request(world.origin, 'PATCH', `/api/organizations/${gone.organization.id}`, {
      token: ADMIN,
      body: { status: 'suspended' },
    })

    const answer = await text(gone, aCustomer())

    expect(answer).toMatchObject({ status: 409, body: { code: 'organization_suspended' } })
  })
})
