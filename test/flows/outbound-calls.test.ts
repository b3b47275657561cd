import supertest from 'supertest'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createApp } from '../../src/server/app.ts'
import { createContext } from '../../src/server/context.ts'
import { releaseHeld } from '../support/held.ts'
import { aPoolNumber, assign } from '../support/manual.ts'
import { ADMIN, atCarriers, control, fault, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const quick = { callPollMs: 20, callMaxPolls: 3 }

describe('outbound calls', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ timings: quick })
  })
  afterEach(() => control(world, 'DELETE', 'faults'))
  afterAll(() => world.stop())

  const call = (
    token: string,
    body: Record<string, unknown>,
    headers: Record<string, string> = {},
  ) => request(world.origin, 'POST', '/api/elevenlabs/outbound-call', { token, body, headers })
  /** The customer's phone rings until it is released. */
  const ringing = (number: string) => control(world, 'POST', 'answers', { number, delayMs: null })
  const dialled = async () => (await atCarriers(world)).requests.elevenlabs.outboundCall ?? 0

  test("a customer, called by an organization, hears its name from the organization's own number", async () => {
    const { organization, token } = await signUp(world, { name: 'Calling Motors' })
    await ringing('+16045559700')

    const answer = await call(token, {
      organizationId: organization.id,
      phoneNumber: '(604) 555-9700',
      customerName: 'Sarah Johnson',
      leadId: 'lead-7',
    })

    expect(answer).toMatchObject({
      status: 200,
      body: {
        success: true,
        status: 'in-progress',
        from: organization.phoneNumber,
        fromFallback: false,
      },
    })
    await releaseHeld(world)
    const ended = await endOf(world, answer.body.callId)
    expect(ended).toMatchObject({
      status: 'completed',
      direction: 'outbound',
      lead_id: 'lead-7',
      to_number: '+16045559700',
    })
    const { elevenlabs } = await atCarriers(world)
    const conversation = elevenlabs.conversations.find(
      (row: { conversation_id: string }) => row.conversation_id === answer.body.conversationId,
    )
    expect(conversation.transcript[0].message).toContain('Calling Motors')
    expect(conversation.conversation_initiation_client_data.dynamic_variables).toMatchObject({
      organization_name: 'Calling Motors',
      customer_name: 'Sarah Johnson',
      lead_status: 'New Inquiry',
    })
  })

  test('a lost reply, dials once: 202 unknown, and the loop finds out how it went', async () => {
    const { organization, token } = await signUp(world)
    const before = await dialled()
    await ringing('+16045559701')
    await fault(world, 'elevenlabs', 'outboundCall', 'lost_reply', { ms: 20 })

    const answer = await call(token, {
      organizationId: organization.id,
      phoneNumber: '+16045559701',
    })

    expect(answer).toMatchObject({ status: 202, body: { success: true, status: 'unknown' } })
    await releaseHeld(world)
    expect(await endOf(world, answer.body.callId)).toMatchObject({ status: 'completed' })
    expect((await dialled()) - before).toBe(1)
  })

  test('a request that never arrived, is found not to have dialled', async () => {
    const { organization, token } = await signUp(world)
    await fault(world, 'elevenlabs', 'outboundCall', 'timeout', { ms: 20 })

    const answer = await call(token, {
      organizationId: organization.id,
      phoneNumber: '+16045559702',
    })

    expect(answer).toMatchObject({ status: 202, body: { status: 'unknown' } })
    expect(await endOf(world, answer.body.callId)).toMatchObject({
      status: 'failed',
      failure_reason: 'not_dialled',
    })
  })

  test('a customer who does not answer, leaves a failed call with the reason', async () => {
    const { organization, token } = await signUp(world)
    await control(world, 'POST', 'answers', { number: '+16045559703', result: 'no-answer' })

    const answer = await call(token, {
      organizationId: organization.id,
      phoneNumber: '+16045559703',
    })

    expect(await endOf(world, answer.body.callId)).toMatchObject({
      status: 'failed',
      failure_reason: 'not_answered',
    })
  })

  test('a refusal in a 200, is a 502 with its words, and the call is marked failed', async () => {
    const { organization, token } = await signUp(world)

    const answer = await call(token, {
      organizationId: organization.id,
      phoneNumber: '+15005550001',
    })

    expect(answer).toMatchObject({
      status: 502,
      body: { code: 'carrier_failed', detail: expect.stringContaining('did not place the call') },
    })
    const rows = await world.sql("select status from calls where to_number = '+15005550001'")
    expect(rows).toEqual([{ status: 'failed' }])
  })

  test('the same request under one Idempotency-Key, while its outcome is unknown and once it is known, dials once', async () => {
    const { organization, token } = await signUp(world)
    const before = await dialled()
    await ringing('+16045559708')
    await fault(world, 'elevenlabs', 'outboundCall', 'lost_reply', { ms: 20 })
    const body = { organizationId: organization.id, phoneNumber: '+16045559708' }
    const once = () => call(token, body, { 'idempotency-key': 'dial-in-doubt' })

    const answers = [await once(), await once()]
    await releaseHeld(world)
    await endOf(world, answers[0]?.body.callId)
    answers.push(await once())

    expect(answers.map(({ status, body: { callId } }) => [status, callId])).toEqual([
      [202, answers[0]?.body.callId],
      [202, answers[0]?.body.callId],
      [200, answers[0]?.body.callId],
    ])
    expect((await dialled()) - before).toBe(1)
  })

  test('the same request under one Idempotency-Key, once dialled, is answered the same and dials once', async () => {
    const { organization, token } = await signUp(world)
    const before = await dialled()
    const body = { organizationId: organization.id, phoneNumber: '+16045559704' }
    const once = () => call(token, body, { 'idempotency-key': 'dial-once' })

    const answers = [await once(), await once()]

    expect(answers[1]?.body).toEqual(answers[0]?.body)
    expect((await dialled()) - before).toBe(1)
  })

  const refused: [string, string, number, string][] = [
    ['an impossible number', '12', 400, 'destination_impossible'],
    ['letters', 'call me', 400, 'destination_impossible'],
    ['an emergency number', '911', 403, 'destination_emergency'],
    ['another emergency number', '112', 403, 'destination_emergency'],
    ['a premium number', '+19005551234', 403, 'destination_premium'],
    ['a satellite', '+881612345678', 403, 'destination_premium'],
    ['a withheld caller id', '+86282452253', 400, 'destination_impossible'],
    ['an area code of 911', '+19119119111', 400, 'destination_impossible'],
  ]
  test.each(refused)(
    '%s (%s), is refused and nobody is dialled',
    async (_sort, phoneNumber, status, code) => {
      const { organization, token } = await signUp(world, { provisionPhone: false })
      const before = await dialled()

      const answer = await call(token, { organizationId: organization.id, phoneNumber })

      expect(answer).toMatchObject({ status, body: { code } })
      expect(await dialled()).toBe(before)
    },
  )

  test('an organization calling itself, without a number, or before its import, is refused distinctly', async () => {
    const before = await dialled()
    const own = await signUp(world)
    const none = await signUp(world, { provisionPhone: false })
    const waiting = await signUp(world, { provisionPhone: false })
    await fault(world, 'elevenlabs', 'phoneNumbers.create', 'error', { status: 422 })
    await request(
      world.origin,
      'POST',
      `/api/admin/organizations/${waiting.organization.id}/phone-numbers/purchase`,
      { token: ADMIN, body: {} },
    )

    const answers = [
      await call(own.token, {
        organizationId: own.organization.id,
        phoneNumber: own.organization.phoneNumber,
      }),
      await call(none.token, { organizationId: none.organization.id, phoneNumber: '+16045559705' }),
      await call(waiting.token, {
        organizationId: waiting.organization.id,
        phoneNumber: '+16045559705',
      }),
    ]

    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      [409, 'call_to_self'],
      [409, 'no_phone_number'],
      [409, 'import_pending'],
    ])
    expect(await dialled()).toBe(before)
  })

  test('an organization calling its second number, is refused and nobody is dialled', async () => {
    const { organization, token } = await signUp(world)
    const second = await aPoolNumber(world)
    await assign(world, second, organization.id)
    const before = await dialled()

    const answers = [
      await call(token, { organizationId: organization.id, phoneNumber: second }),
      await call(token, {
        organizationId: organization.id,
        phoneNumber: organization.phoneNumber,
      }),
    ]

    expect(answers.map(({ body }) => body.code)).toEqual(['call_to_self', 'call_to_self'])
    expect(await dialled()).toBe(before)
  })

  test("another tenant's organization, is a 404 and nobody is dialled", async () => {
    const [mine, other] = [await signUp(world), await signUp(world)]
    const before = await dialled()

    const answer = await call(mine.token, {
      organizationId: other.organization.id,
      phoneNumber: '+16045559706',
    })

    expect(answer).toMatchObject({ status: 404, body: { code: 'organization_not_found' } })
    expect(await dialled()).toBe(before)
  })
})

describe('an organization without a number, where the deployment has a default one', () => {
  test('calls from that, and is told so; nobody calls it', async () => {
    const world = await startWorld()
    onTestFinished(() => world.stop())
    const { organization: owner } = await signUp(world)
    const [row] = await world.sql<{ id: string }>(
      'select elevenlabs_phone_id as id from phone_numbers',
    )
    const fallback = { phoneNumber: owner.phoneNumber, elevenLabsPhoneId: row?.id ?? '' }
    const config = { ...world.config, calls: { ...world.config.calls, fallback } }
    const app = createApp(createContext(config, { log: world.context.log, db: world.context.db }))
    const { organization } = await signUp(world, { provisionPhone: false })

    const answer = await supertest(app)
      .post('/api/elevenlabs/outbound-call')
      .set('authorization', `Bearer ${ADMIN}`)
      .send({ organizationId: organization.id, phoneNumber: '+16045559707' })

    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({
      from: owner.phoneNumber,
      fromFallback: true,
      warning: expect.stringContaining('default number'),
    })
    const other = await signUp(world)
    const toDefault = await supertest(app)
      .post('/api/elevenlabs/outbound-call')
      .set('authorization', `Bearer ${ADMIN}`)
      .send({ organizationId: other.organization.id, phoneNumber: owner.phoneNumber })
    expect(toDefault.body.code).toBe('call_to_self')
  })
})

/** The call's row once it has ended; the loop is run manually meanwhile. */
async function endOf(world: World, callId: string) {
  let row: Record<string, unknown> | undefined
  await expect
    .poll(async () => {
      await world.context.calls.callWatch.tick(new AbortController().signal)
      ;[row] = await world.sql('select * from calls where id = $1', [callId])
      return row?.status
    })
    .toMatch(/completed|failed/)
  return row
}
