import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/db.ts'
import { createContext } from '../../src/server/context.ts'
import {
  countsOf,
  eraseAll,
  eraseContact,
  eraseTick,
  keptAtCarriers,
  nothing,
} from '../support/erasures.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { aLine } from '../support/quarantine.ts'
import { ADMIN, atCarriers, control, fault, notifications, request } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const [ADA, BEN, CARA, DEE, EVE, FAY] = [1, 2, 3, 4, 5, 6].map((n) => `+1604555740${n}`) as [
  string,
  string,
  string,
  string,
  string,
  string,
]
const COLLEAGUE = '+16045557499'

const textTo = (world: World, id: string, to: string) =>
  request(world.origin, 'POST', `/api/organizations/${id}/messages`, {
    token: ADMIN,
    body: { to, body: 'It is.' },
  })
const callTo = (world: World, organizationId: string, phoneNumber: string) =>
  request(world.origin, 'POST', '/api/elevenlabs/outbound-call', {
    token: ADMIN,
    body: { organizationId, phoneNumber },
  })

describe('what carriers keep of an erased contact', () => {
  let world: World
  let north: Awaited<ReturnType<typeof aLine>>
  let south: typeof north
  /** Answered by this server; where no agent is to be had, by a colleague who is busy, and a tape. */
  let west: typeof north
  beforeAll(async () => {
    world = await startWorld()
    await control(world, 'POST', 'settings', { priceDelayMs: 0 })
    ;[north, south, west] = [await aLine(world), await aLine(world), await aLine(world)]
    await request(world.origin, 'PATCH', `/api/organizations/${west.id}`, {
      token: ADMIN,
      body: { settings: { inbound_voice: 'server', fallback_forward_to: COLLEAGUE } },
    })
    await control(world, 'POST', 'answers', { number: COLLEAGUE, result: 'busy', delayMs: 0 })
  })
  afterAll(() => stopWithCleanLogs(world))

  const textFrom = (from: string, to: string, more = {}) =>
    control(world, 'POST', 'sms', { from, to, body: 'Is it there?', ...more })
  const callFrom = (from: string, to: string, says = ['Hello']) =>
    control(world, 'POST', 'calls', { from, to, says })
  async function books() {
    const { twilio, elevenlabs } = await atCarriers(world)
    const { body } = await request(world.origin, 'GET', '/api/admin/usage', { token: ADMIN })
    return {
      reported: body.total,
      taken: twilio.spent + elevenlabs.spent,
      estimated: body.estimated,
    }
  }
  const dueNow = () =>
    world.sql('update carrier_erasures set next_run_at = now() where done_at is null')

  test('is erased at both, whatever happened between them, once it is billed, and nobody else’s is', async () => {
    for (const { id, number } of [north, south]) {
      await textFrom(ADA, number, { mediaUrls: ['https://example.com/car.png'] })
      await callFrom(ADA, number)
      await textTo(world, id, ADA)
      await control(world, 'POST', 'answers', { number: ADA, delayMs: 0 })
      await callTo(world, id, ADA)
    }
    await textFrom(BEN, north.number)
    const others = await Promise.all([
      keptAtCarriers(world, ADA, south),
      keptAtCarriers(world, BEN, north),
    ])
    expect(countsOf(await keptAtCarriers(world, ADA, north))).toEqual({
      messages: 2,
      calls: 2,
      legs: 0,
      recordings: 0,
      conversations: 2,
    })

    const { contactPath } = await eraseContact(world, north, ADA)
    await eraseTick(world)
    // What it costs is not known yet, and could not be asked for any more.
    expect(countsOf(await keptAtCarriers(world, ADA, north))).toMatchObject({
      messages: 2,
      calls: 2,
      conversations: 0,
    })
    await eraseAll(world)

    expect(await keptAtCarriers(world, ADA, north)).toEqual(nothing)
    expect(others).toEqual([
      await keptAtCarriers(world, ADA, south),
      await keptAtCarriers(world, BEN, north),
    ])
    const { reported, taken, estimated } = await books()
    expect({ reported, estimated }).toEqual({ reported: taken, estimated: false })
    expect((await request(world.origin, 'DELETE', contactPath, { token: ADMIN })).status).toBe(404)

    // Whoever comes back afterwards is a new customer.
    await textFrom(ADA, north.number)
    await eraseAll(world)
    expect((await keptAtCarriers(world, ADA, north)).messages).toHaveLength(1)
  })

  test.each([
    ['error', { status: 500 }],
    ['lost_reply', { ms: 10 }],
    ['late', { ms: 30 }],
  ])('while the carriers meet %s %o, is erased all the same, in the end', async (kind, more) => {
    await textFrom(CARA, west.number)
    await callFrom(CARA, west.number)
    // A call that no agent answers is put through, and then to a tape.
    await fault(world, 'elevenlabs', 'registerCall', 'error')
    await callFrom(CARA, west.number, ['Call me back'])
    expect(countsOf(await keptAtCarriers(world, CARA, west))).toEqual({
      messages: 1,
      calls: 2,
      legs: 1,
      recordings: 1,
      conversations: 1,
    })
    for (const operation of [
      'messages.remove',
      'calls.list',
      'calls.remove',
      'recordings.list',
      'recordings.remove',
    ]) {
      // The list of calls is asked for their prices first.
      const skip = operation === 'calls.list' ? { skip: 1 } : {}
      await fault(world, 'twilio', operation, kind, { ...more, ...skip })
    }
    for (const operation of ['conversations.get', 'conversations.delete']) {
      await fault(world, 'elevenlabs', operation, kind, more)
    }

    await eraseContact(world, west, CARA)
    await eraseAll(world)

    const { twilio, elevenlabs } = await atCarriers(world)
    const { messages, calls, recordings } = twilio
    expect(JSON.stringify([messages, calls, elevenlabs.conversations])).not.toContain(CARA)
    expect(recordings).toEqual([])
    expect((await control(world, 'GET', 'faults')).faults).toEqual([])
    const { reported, taken } = await books()
    expect(reported).toBe(taken)
    expect(await notifications(world, '?type=erasure_failed&status=pending')).toEqual([])
  })

  test('when the process dies before it is recorded, is looked for once more, and recorded', async () => {
    const { conversationId } = await callFrom(DEE, north.number)
    await control(world, 'POST', 'idle')
    // Which call it was, only the conversation tells.
    const [call] = await world.sql<{ id: string }>(
      'update calls set provider_call_id = null where conversation_id = $1 returning id',
      [conversationId],
    )
    await eraseContact(world, north, DEE)
    // As if nobody had told how it ended: it is estimated.
    await world.sql('update carrier_charges set sid = $2, price = null where sid = $1', [
      conversationId,
      call?.id,
    ])
    const { rpc } = world.context.db
    const db: Database = {
      ...world.context.db,
      rpc: (name, ...rest) =>
        name.startsWith('record_eras') && name !== 'record_erasure_cost'
          ? Promise.reject(new Error('the process is gone'))
          : rpc(name, ...rest),
    }
    const dying = createContext(world.config, { db, log: world.context.log })

    await expect(dying.privacy.eraseAtCarriers.tick(new AbortController().signal)).rejects.toThrow(
      'gone',
    )
    expect((await keptAtCarriers(world, DEE, north)).conversations).toEqual([])
    expect(
      await world.sql(
        "select 1 from carrier_erasures where kind = 'conversation' and done_at is null",
      ),
    ).toHaveLength(1)
    await dueNow()
    await eraseAll(world)

    expect(await keptAtCarriers(world, DEE, north)).toEqual(nothing)
    const { reported, taken } = await books()
    expect(reported).toBe(taken)
  })

  test('a call and a text under way while their contact is erased, are erased with all that is told of them', async () => {
    await control(world, 'POST', 'answers', { number: EVE, delayMs: 200, says: ['Forget me'] })
    await Promise.all([textTo(world, north.id, EVE), callTo(world, north.id, EVE)])
    await eraseContact(world, north, EVE)
    await eraseAll(world)

    expect(await keptAtCarriers(world, EVE, north)).toEqual(nothing)
    const { reported, taken, estimated } = await books()
    expect({ reported, estimated }).toEqual({ reported: taken, estimated: false })
    expect(await world.sql('select 1 from contacts where phone_number = $1', [EVE])).toEqual([])
  })

  test('that a carrier goes on refusing, is told to a person, once, until it is gone, and holds up nothing at the other', async () => {
    for (const customer of [BEN, DEE]) await callFrom(customer, south.number)
    await control(world, 'POST', 'idle')
    await fault(world, 'elevenlabs', 'conversations.delete', 'error', { times: 2, status: 401 })
    for (const customer of [BEN, DEE]) await eraseContact(world, south, customer)
    await world.sql('update carrier_erasures set attempts = $1 where done_at is null', [
      world.config.orders.maxAttempts - 1,
    ])

    // What the other carrier has is billed by now, and comes last.
    await world.context.usage.collectCharges(new AbortController().signal, {})
    await world.sql("update carrier_erasures set next_run_at = now() where kind = 'call'")

    await eraseTick(world)
    const calls = await Promise.all([BEN, DEE].map((each) => keptAtCarriers(world, each, south)))
    expect(calls.flatMap((kept) => kept.calls)).toEqual([])
    // One was asked for, and not the next: a carrier that refuses our account is left alone.
    expect(calls.flatMap((kept) => kept.conversations)).toHaveLength(2)
    expect((await control(world, 'GET', 'faults')).faults).toMatchObject([{ times: 1 }])
    await eraseTick(world)
    const [reported, ...more] = await notifications(world, '?type=erasure_failed&status=pending')
    expect(more).toEqual([])
    expect(reported).toMatchObject({
      occurrences: 2,
      organization_id: south.id,
      phone_number: null,
    })
    expect(reported?.message).toMatch(
      /ElevenLabs still has its conversation conv_\w+.*HTTP 401.*curl -X DELETE/s,
    )
    await dueNow()
    await eraseAll(world)

    expect(await notifications(world, '?type=erasure_failed&status=pending')).toEqual([])
    expect(await keptAtCarriers(world, BEN, south)).toEqual(nothing)
  })
})

describe('what goes on at the carriers while its contact is erased', () => {
  let world: World
  let line: Awaited<ReturnType<typeof aLine>>
  beforeAll(async () => {
    world = await startWorld()
    line = await aLine(world)
  })
  afterAll(() => stopWithCleanLogs(world))

  test('a text on its way and a call that rings, are left to their end, which counts as no failure', async () => {
    await control(world, 'POST', 'settings', { messageStatusMs: 3_600_000 })
    await control(world, 'POST', 'answers', { number: FAY, delayMs: 3_600_000 })
    await Promise.all([textTo(world, line.id, FAY), callTo(world, line.id, FAY)])
    await eraseContact(world, line, FAY)
    // So long that nobody waits for a price any more.
    await world.sql(
      "update carrier_erasures set requested_at = now() - interval '8 days' where done_at is null",
    )

    await eraseTick(world)

    expect(countsOf(await keptAtCarriers(world, FAY, line))).toMatchObject({
      messages: 1,
      calls: 1,
      conversations: 1,
    })
    const rows = await world.sql(
      'select kind, attempts from carrier_erasures where done_at is null order by kind',
    )
    expect(rows).toEqual([
      { kind: 'call', attempts: 0 },
      { kind: 'conversation', attempts: 0 },
      { kind: 'message', attempts: 0 },
    ])
    const asked = (await atCarriers(world)).twilio.requests
    expect(asked).toContainEqual(
      expect.objectContaining({ operation: 'messages.remove', status: 409 }),
    )
    expect(asked).toContainEqual(
      expect.objectContaining({ operation: 'calls.remove', status: 409 }),
    )
  })
})
