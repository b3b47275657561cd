import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { CarrierError } from '../../src/carriers/ports/carrier-error.ts'
import type { Telephony } from '../../src/carriers/ports/telephony.ts'
import { ADMIN, atCarriers, control, fault, request, signUp } from '../support/requests.ts'
import { accountPath, atTwilio } from '../support/twilio-console.ts'
import { startWorld, type World } from '../support/world.ts'

/** Where nothing listens. */
const NOBODY = 'http://127.0.0.1:9/nobody'

const quick = { callPollMs: 20, callMaxPolls: 3 }

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
  /** Where statuses go, instead of to us. */
  let statusCallback: string | undefined
  /** What happens between the carrier's answer and its record. */
  let meanwhile = async () => {}
  /** What Twilio tells of a text that is looked up, instead of its twin. */
  let found: Telephony['getMessage'] | undefined
  const telephony = (real: Telephony): Telephony => ({
    ...real,
    getMessage: (sid) => (found ?? real.getMessage)(sid),
    async sendMessage(message) {
      const sent = await real.sendMessage({ ...message, ...(statusCallback && { statusCallback }) })
      await meanwhile()
      return sent
    },
  })
  beforeAll(async () => {
    world = await startWorld({ timings: quick, telephony })
    ;[dealer, other] = [await signUp(world), await signUp(world)]
  })
  afterEach(async () => {
    statusCallback = undefined
    found = undefined
    meanwhile = async () => {}
    await control(world, 'DELETE', 'faults')
  })
  afterAll(() => world.stop())

  const pathOf = ({ organization }: SignedUp) => `/api/organizations/${organization.id}/messages`
  const text = (from: SignedUp, to: string, body = 'Hello', headers = {}) =>
    request(world.origin, 'POST', pathOf(from), { token: from.token, body: { to, body }, headers })
  const read = async (from: SignedUp, id: string, token = from.token) =>
    (await request(world.origin, 'GET', `${pathOf(from)}/${id}`, { token })).body.message
  const tick = () => world.context.messages.tick(new AbortController().signal)
  const idle = () => control(world, 'POST', 'idle')
  const sentTo = async (to: string) =>
    (await atCarriers(world)).twilio.messages.filter(
      (message: { to: string; direction: string }) =>
        message.to === to && message.direction !== 'inbound',
    )
  /** Looks, until the text is no longer in doubt. */
  async function lookUp(from: SignedUp, id: string) {
    for (let poll = 0; poll < 10; poll += 1) {
      await world.sql('update messages set poll_at = now() where poll_at is not null')
      await tick()
      const message = await read(from, id)
      if (message.status !== 'unknown' && message.status !== 'queued') return message
    }
    return read(from, id)
  }

  test('a text, sent to a customer of two: comes from the own number of each, and is delivered', async () => {
    const customer = aCustomer()

    const answers = [await text(dealer, customer), await text(other, customer)]

    await idle()
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
    // So that only a look can tell.
    statusCallback = NOBODY
    await fault(world, 'twilio', 'messages.create', 'lost_reply', { ms: 1 })

    const answer = await text(dealer, customer, 'Lost', headers)
    const repeat = await text(dealer, customer, 'Lost', headers)
    await idle()
    const message = await lookUp(dealer, answer.body.message.id)

    expect([answer.status, answer.body.message.status]).toEqual([202, 'unknown'])
    expect(repeat.body.message.id).toBe(answer.body.message.id)
    const sent = await sentTo(customer)
    expect(sent).toHaveLength(1)
    expect(message).toMatchObject({ message_sid: sent[0].sid, status: 'delivered' })
  })

  test('an answer lost on the way, with its statuses told: is synced by those alone', async () => {
    const customer = aCustomer()
    await fault(world, 'twilio', 'messages.create', 'lost_reply', { ms: 1 })

    const answer = await text(dealer, customer)
    await idle()

    expect(await read(dealer, answer.body.message.id)).toMatchObject({ status: 'delivered' })
    expect(await sentTo(customer)).toHaveLength(1)
  })

  test('a request that never arrived: is not sent, and counts as failed after enough attempts', async () => {
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

  test('media that never arrived, with other texts between the same two: are not taken for sent', async () => {
    const customer = aCustomer()
    await fault(world, 'twilio', 'messages.create', 'timeout', { ms: 1 })
    const path = pathOf(dealer)
    const body = { to: customer, mediaUrls: ['https://media.example.com/1.jpg'] }
    const answer = await request(world.origin, 'POST', path, { token: dealer.token, body })
    const From = dealer.organization.phoneNumber
    const form = { From, To: customer, Body: 'Manually' }
    await atTwilio(world.twins, 'POST', `${accountPath}/Messages.json`, form)

    const message = await lookUp(dealer, answer.body.message.id)

    expect(answer.status).toBe(202)
    expect(message).toMatchObject({ status: 'failed', message_sid: null })
    expect(await sentTo(customer)).toHaveLength(1)
  })

  /** A text of whose statuses none came, looked at once when it is due, or not yet. */
  async function unheardOf(customer: string) {
    statusCallback = NOBODY
    const { body } = await text(dealer, customer)
    await idle()
    const [due] = await world.sql<{ minutes: number; poll_attempts: number }>(
      'select extract(epoch from poll_at - now()) / 60 as minutes, poll_attempts from messages where id = $1',
      [body.message.id],
    )
    return { id: body.message.id as string, sid: body.message.message_sid, due }
  }
  const fetches = async () => (await atCarriers(world)).requests.twilio['messages.fetch'] ?? 0
  async function pollOnce(id: string) {
    await world.sql('update messages set poll_at = now() where id = $1', [id])
    await tick()
    return (
      await world.sql('select status, poll_attempts, poll_at from messages where id = $1', [id])
    )[0]
  }

  test('a text of whose statuses none came: is looked up after a while, with its price', async () => {
    await control(world, 'POST', 'settings', { priceDelayMs: 0 })
    const { id, sid, due } = await unheardOf(aCustomer())
    const fetched = await fetches()
    await tick()
    const before = [(await fetches()) - fetched, (await read(dealer, id)).status]

    const after = await pollOnce(id)
    await tick()

    expect([Math.round(Number(due?.minutes)), due?.poll_attempts]).toEqual([15, 0])
    expect(before).toEqual([0, 'queued'])
    expect(after).toMatchObject({ status: 'delivered', poll_at: null })
    expect(await fetches()).toBe(fetched + 1)
    expect(
      await world.sql('select organization_id, price from carrier_charges where sid = $1', [sid]),
    ).toEqual([{ organization_id: dealer.organization.id, price: '8700' }])
  })

  test('a text that carriers filter, of whose statuses none came: is found undelivered, with the reason', async () => {
    const customer = aCustomer()
    await control(world, 'POST', 'deliveries', { number: customer, errorCode: 30007 })
    const { id } = await unheardOf(customer)

    await pollOnce(id)

    expect(await read(dealer, id, ADMIN)).toMatchObject({
      status: 'undelivered',
      error_code: '30007',
      failure_reason: expect.stringContaining('filtered'),
    })
  })

  test('a text that stays without an end: is read once each look, six times, and never goes back', async () => {
    const { id, sid } = await unheardOf(aCustomer())
    await world.sql("update messages set status = 'sent' where id = $1", [id])
    const older = {
      sent: { sid, status: 'sending' as const, errorCode: null, failure: null },
      charge: null,
    }
    const getMessage = vi
      .fn<Telephony['getMessage']>(async () => older)
      .mockRejectedValueOnce(
        new CarrierError('twilio', 'messages.fetch', 'unreachable', 'no answer'),
      )
      .mockResolvedValueOnce(undefined)
    found = getMessage

    const polls = []
    for (let poll = 0; poll < 6; poll += 1) polls.push(await pollOnce(id))
    await tick()

    expect(polls.map((each) => [each?.status, each?.poll_at === null])).toEqual([
      ...Array(5).fill(['sent', false]),
      ['sent', true],
    ])
    expect(getMessage).toHaveBeenCalledTimes(6)
  })

  test('a text whose contact is erased while it is sent: is sent once, and answered without one', async () => {
    const customer = aCustomer()
    const headers = { 'idempotency-key': randomUUID() }
    meanwhile = async () => {
      const contacts = `/api/organizations/${dealer.organization.id}/contacts`
      const query = `?phoneNumber=${encodeURIComponent(customer)}`
      const { body } = await request(world.origin, 'GET', `${contacts}${query}`, { token: ADMIN })
      const path = `${contacts}/${body.contacts[0].id}`
      await request(world.origin, 'DELETE', path, { token: ADMIN })
    }

    const answer = await text(dealer, customer, 'Gone', headers)
    const repeat = await text(dealer, customer, 'Gone', headers)
    await idle()

    const [sent, ...more] = await sentTo(customer)
    expect(more).toEqual([])
    expect(answer).toMatchObject({
      status: 201,
      body: { message: { message_sid: sent.sid, status: 'queued', contact_id: null } },
    })
    expect(repeat).toMatchObject({ status: 404, body: { code: 'contact_not_found' } })
    const left = await world.sql(
      `select 1 from messages where to_number = $1
       union all select 1 from contacts where phone_number = $1
       union all select 1 from idempotency_keys where reply_body::text like '%' || $1 || '%'
       union all select 1 from webhook_events where kind = 'message'`,
      [customer],
    )
    expect(left).toEqual([])
  })

  test.each(['duplicate_webhook', 'reorder'])(
    'statuses told with %s: end as told in order',
    async (kind) => {
      const customer = aCustomer()
      await fault(world, 'twilio', 'messageStatus', kind, { times: 2 })

      const answer = await text(dealer, customer)
      await idle()

      expect(await read(dealer, answer.body.message.id)).toMatchObject({ status: 'delivered' })
    },
  )

  test('a text that carriers filter: is undelivered, with a reason one can read', async () => {
    const customer = aCustomer()
    await control(world, 'POST', 'deliveries', { number: customer, errorCode: 30007 })

    const answer = await text(dealer, customer)
    await idle()

    const undelivered = {
      status: 'undelivered',
      failure_reason: expect.stringContaining('filtered'),
    }
    const { id } = answer.body.message
    expect(await read(dealer, id)).toMatchObject({ ...undelivered, error_code: null })
    expect(await read(dealer, id, ADMIN)).toMatchObject({ ...undelivered, error_code: '30007' })
  })

  test.each([
    ['+15005550001', '21211'],
    ['+15005550003', '21408'],
    ['+15005550009', '21614'],
  ])('a text to %s: is refused with the reason of %s, and its row failed', async (to, code) => {
    const answer = await text(dealer, to)

    expect(answer).toMatchObject({ status: 409, body: { code: 'message_refused' } })
    for (const [token, error_code] of [
      [dealer.token, null],
      [ADMIN, code],
    ] as const) {
      const { body } = await request(world.origin, 'GET', `${pathOf(dealer)}?status=failed`, {
        token,
      })
      expect(body.messages).toContainEqual(
        expect.objectContaining({ to, error_code, failure_reason: answer.body.detail }),
      )
    }
  })

  test('a STOP that only Twilio heard of: is a 409, and is known from then on', async () => {
    const customer = '+15005550004'
    const before = (await atCarriers(world)).requests.twilio['messages.create']

    const answers = [await text(dealer, customer), await text(dealer, customer)]

    expect(answers.map(({ body }) => body.code)).toEqual(['opted_out', 'opted_out'])
    const way = `texting START to ${dealer.organization.phoneNumber}`
    for (const { body } of answers) expect(body.detail).toContain(way)
    expect((await atCarriers(world)).requests.twilio['messages.create']).toBe(before + 1)
    expect(
      await world.sql('select word from opt_outs where phone_number = $1', [customer]),
    ).toEqual([{ word: null }])
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
