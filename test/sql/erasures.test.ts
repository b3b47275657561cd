import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Database } from '../../src/database/db.ts'
import { OPERATOR } from '../support/actors.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import {
  aCall,
  aHolding,
  aMessage,
  aNumber,
  anOrganization,
  aPhoneNumber,
} from '../support/rows.ts'

const Json = z.record(z.string(), z.any())
const HERE = 'https://here.example.com'

describe('erasures at carriers, in SQL', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  let organization_id: string
  let line: string
  let holdingId: string
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 60_000, poolSize: 8 }))
    ;[organization_id, line] = [await anOrganization(url), aNumber()]
    const number = await aPhoneNumber(url, { phone_number: line, status: 'assigned' })
    holdingId = await aHolding(url, organization_id, number, {
      is_active: true,
      assigned_at: new Date(Date.now() - 86_400_000),
    })
  })
  beforeEach(async () => {
    for (const table of ['carrier_erasures', 'carrier_charges', 'carrier_pauses']) {
      await sql(url, `delete from ${table}`)
    }
    await listedTo(null)
  })
  afterAll(() => drop())

  const claim = ({ publicUrl = HERE, without = [] as string[] } = {}) =>
    db
      .rpc('claim_erasure', { leaseMs: 60_000, publicUrl, without }, Json)
      .then((reply) => reply.claim)
  const recordErased = ({ id, lease }: { id: string; lease: string }) =>
    db.rpc('record_erased', { id, lease }, Json)
  const recordFailed = ({ id, lease }: { id: string; lease: string }, isUnfinished: boolean) =>
    db.rpc(
      'record_erasure_failed',
      {
        id,
        lease,
        error: 'no answer',
        delayMs: 0,
        maxAttempts: 2,
        isUnfinished,
      },
      Json,
    )
  const due = (kind: string, providerId: string, requestedAgo = '0') =>
    sql(
      url,
      `insert into carrier_erasures (organization_id, kind, provider_id, requested_at, next_run_at)
       values ($1, $2, $3, now() - $4::interval, now())`,
      [organization_id, kind, providerId, requestedAgo],
    )
  const charge = (sid: string, price: number | null, parent: string | null = null) =>
    sql(
      url,
      `insert into carrier_charges (sid, kind, organization_id, direction, happened_at, price, parent_sid)
       values ($1, 'call', $2, 'inbound', now(), $3, $4)`,
      [sid, organization_id, price, parent],
    )
  const listedTo = (ahead: string | null) =>
    sql(url, 'update deployment set charges_listed_to = now() + $1::interval', [ahead])
  const openIds = async () =>
    (
      await sql<{ provider_id: string }>(
        url,
        'select provider_id from carrier_erasures where done_at is null order by provider_id',
      )
    ).map((row) => row.provider_id)

  /** A customer with one call and one text that carriers know, erased; the ids of what they had. */
  async function anErasedCustomer() {
    const [customer, kept] = [aNumber(), `conv_${randomUUID()}`]
    const [contact] = await sql<{ id: string }>(
      url,
      'insert into contacts (organization_id, phone_number) values ($1, $2) returning id',
      [organization_id, customer],
    )
    const traffic = { organizationId: organization_id, holdingId, contactId: contact?.id ?? '' }
    const [conversation_id, provider_call_id] = [`conv_${randomUUID()}`, `CA${randomUUID()}`]
    const sid = `SM${randomUUID()}`
    const callId = await aCall(url, traffic, { conversation_id, provider_call_id })
    await aMessage(url, traffic, { provider_message_id: sid })
    // One that is being sent at this moment.
    const messageId = await aMessage(url, traffic, { direction: 'outbound', status: 'queued' })
    // A report that nobody could place yet.
    await sql(url, 'insert into webhook_events (event_key, event) values ($1, $2)', [
      kept,
      {
        conversation_id: kept,
        our_number: line,
        customer,
        started_at: new Date(Date.now() - 60_000).toISOString(),
      },
    ])
    const erased = await db.rpc(
      'delete_contact',
      { actor: OPERATOR, organizationId: organization_id, contactId: contact?.id ?? null },
      Json,
    )
    return { customer, kept, conversation_id, provider_call_id, sid, callId, messageId, erased }
  }

  test('twenty that are due, claimed by eight servers at once, are each taken by one, and recorded once', async () => {
    for (let n = 0; n < 20; n++) await due('conversation', `conv_race_${n}`)
    const taken: string[] = []
    const server = async () => {
      for (let found = await claim(); found; found = await claim()) {
        taken.push(found.provider_id)
        expect(await recordErased(found)).toEqual({ recorded: true })
        expect(await recordErased(found)).toEqual({ recorded: false })
      }
    }

    await Promise.all(Array.from({ length: 8 }, server))

    expect(taken).toHaveLength(20)
    expect(new Set(taken).size).toBe(20)
    expect(await openIds()).toEqual([])
  })

  test.each<[string, boolean, () => Promise<unknown>]>([
    ['whose price is missing', false, () => charge('CA1', null)],
    [
      'whose price is known',
      true,
      async () => [await charge('CA1', 9_000), await listedTo('1 minute')],
    ],
    // A leg of it may be on the page of the list that comes next.
    ['whose price is known before all was listed', false, () => charge('CA1', 9_000)],
    [
      'with a leg whose price is missing',
      false,
      async () => [
        await charge('CA1', 0),
        await charge('CA2', null, 'CA1'),
        await listedTo('1 minute'),
      ],
    ],
    ['that was not listed yet', false, () => listedTo('10 minutes')],
    ['that the carrier does not list', true, () => listedTo('2 hours')],
    [
      'whose price has been missing for a week',
      true,
      async () => [
        await charge('CA1', null),
        await sql(url, "update carrier_erasures set requested_at = now() - interval '8 days'"),
      ],
    ],
  ])('a call, %s, is taken: %s', async (_name, isTaken, happen) => {
    await due('call', 'CA1')
    await happen()

    expect((await claim())?.provider_id).toBe(isTaken ? 'CA1' : undefined)
  })

  test('what is due, in a copy of the database, or while its carrier refuses our account, is left alone', async () => {
    await due('conversation', 'conv_copy')
    await sql(url, 'update deployment set public_url = $1', [HERE])

    expect(await claim({ publicUrl: 'https://copy.example.com' })).toBeNull()
    await sql(
      url,
      `insert into carrier_pauses (carrier, until, reason) values ('elevenlabs', now() + interval '1 hour', 'refused')`,
    )
    expect(await claim()).toBeNull()
    await sql(url, "update carrier_pauses set carrier = 'twilio'")
    expect(await claim({ without: ['elevenlabs'] })).toBeNull()
    expect(await claim({ without: ['twilio'] })).toMatchObject({ provider_id: 'conv_copy' })
  })

  test('a call that only its conversation tells of, is due with it, and is not again once it is gone', async () => {
    await due('conversation', 'conv_only')
    const { id } = await claim()
    const report = () =>
      db.rpc(
        'record_erasure_cost',
        {
          id,
          event: {
            outcome: 'ended',
            conversation_id: 'conv_only',
            call_id: null,
            provider_call_id: 'CA-only',
            direction: 'outbound',
            started_at: new Date().toISOString(),
            duration_seconds: 3,
            cost: 5_000,
          },
        },
        Json,
      )

    await report()
    expect(await openIds()).toEqual(['CA-only', 'conv_only'])
    await sql(
      url,
      "update carrier_erasures set done_at = now() where provider_id in ('CA-only', 'conv_only')",
    )
    await report()
    expect(await openIds()).toEqual([])
  })

  test('a call from a number that is not ours, found after its customer was erased, is due, too', async () => {
    const { callId, customer } = await anErasedCustomer()
    await sql(url, 'delete from carrier_erasures')
    const [conversation_id, provider_call_id] = [`conv_${randomUUID()}`, `CA${randomUUID()}`]
    const found = (ids: object) =>
      db.rpc(
        'record_found_call',
        {
          eventKey: 'test',
          event: {
            outcome: 'ended',
            direction: 'outbound',
            our_number: aNumber(),
            customer,
            customer_number: customer,
            started_at: new Date(Date.now() - 60_000).toISOString(),
            cost: 5_000,
            ...ids,
          },
        },
        Json,
      )

    const ids = { conversation_id, provider_call_id }
    await charge(callId, null)
    expect(await found({ ...ids, call_id: callId })).toEqual({ result: 'erased' })
    expect(await openIds()).toEqual([provider_call_id, conversation_id].sort())
    // What it cost is told when it is erased; its estimate stands until then.
    expect(await sql(url, 'select price from carrier_charges where sid = $1', [callId])).toEqual([
      { price: null },
    ])
    const foreign = { conversation_id: 'conv_foreign', provider_call_id: 'CA-foreign' }
    expect(await found({ ...foreign, call_id: randomUUID() })).toEqual({ result: 'foreign' })
  })

  test('an erased contact, has all ids due that carriers know it by, those of kept reports too', async () => {
    const { kept, conversation_id, provider_call_id, sid, erased } = await anErasedCustomer()

    expect(erased).toMatchObject({ messages: 2, calls: 1 })
    expect(await openIds()).toEqual([provider_call_id, sid, conversation_id, kept].sort())
  })

  test('ids that become known after the erasure, are due too, for the organization it was of', async () => {
    const erased = await anErasedCustomer()
    await sql(url, 'delete from carrier_erasures')
    const [sid, conversation] = [`SM${randomUUID()}`, `conv_${randomUUID()}`]
    const [callSid, ring] = [`CA${randomUUID()}`, `conv_${randomUUID()}`]

    const status = { status: 'sent', errorCode: null, failure: null, reason: null }
    await db.rpc('record_message_sent', { id: erased.messageId, sid, ...status }, Json)
    await db.rpc(
      'record_outbound_call',
      {
        callId: erased.callId,
        status: 'in-progress',
        conversationId: conversation,
        providerCallId: callSid,
        failureReason: null,
        pollMs: 1_000,
      },
      Json,
    )
    const begin = {
      agentId: null,
      from: erased.customer,
      to: line,
      customer: erased.customer,
      requestId: 'test',
      pollMs: 1_000,
    }
    await db.rpc(
      'begin_inbound_call',
      { providerCallId: erased.provider_call_id, conversationId: ring, ...begin },
      Json,
    )

    const report = {
      outcome: 'ended',
      call_id: null,
      conversation_id: null,
      provider_call_id: null,
      direction: 'inbound',
      our_number: line,
      customer: erased.customer,
      started_at: new Date(Date.now() - 60_000).toISOString(),
      cost: 5_000,
    }
    // One of a call that is known by our id, one of a call that nobody had announced.
    const [ofCall, before] = [`conv_${randomUUID()}`, `conv_${randomUUID()}`]
    for (const event of [
      { ...report, conversation_id: ofCall, call_id: erased.callId },
      { ...report, conversation_id: before },
    ]) {
      const reported = await db.rpc('record_call_event', { eventKey: 'test', event }, Json)
      expect(reported).toEqual({ result: 'erased' })
    }

    const known = [sid, conversation, callSid, ring, erased.provider_call_id, ofCall, before]
    expect(await openIds()).toEqual(known.sort())
    expect(await sql(url, 'select distinct organization_id from carrier_erasures')).toEqual([
      { organization_id },
    ])
  })

  test('a tape, that comes while its call is being erased, or is, makes the call due once more', async () => {
    const { customer, provider_call_id } = await anErasedCustomer()
    await sql(url, 'delete from carrier_erasures where provider_id <> $1', [provider_call_id])
    await charge(provider_call_id, 9_000)
    await listedTo('1 minute')
    const leave = () =>
      db.rpc(
        'record_voicemail',
        {
          providerCallId: provider_call_id,
          from: customer,
          to: line,
          customer,
          recordingUrl: `https://api.twilio.com/Recordings/RE${randomUUID()}`,
          requestId: 'test',
          pollMs: 1_000,
        },
        Json,
      )

    const first = await claim()
    expect(await leave()).toEqual({ result: 'duplicate' })
    expect(await recordErased(first)).toEqual({ recorded: false })
    expect(await recordErased(await claim())).toEqual({ recorded: true })
    await leave()

    expect(await openIds()).toEqual([provider_call_id])
  })

  test('what is not over, for two weeks, counts as failed from then on, and is tried once a day', async () => {
    await due('conversation', 'conv_long', '13 days')
    for (let n = 0; n < 3; n++) await recordFailed(await claim(), true)
    expect(await claim()).toMatchObject({ attempts: 0 })
    await sql(
      url,
      "update carrier_erasures set requested_at = now() - interval '15 days', next_run_at = now()",
    )

    for (let n = 0; n < 2; n++) await recordFailed(await claim(), true)

    expect(await claim()).toBeNull()
    const notified = () =>
      sql(url, "select status from admin_notifications where type = 'erasure_failed'")
    expect(await notified()).toEqual([{ status: 'pending' }])
    await sql(url, 'update carrier_erasures set next_run_at = now()')
    await recordErased(await claim())
    expect(await notified()).toEqual([{ status: 'resolved' }])
  })
})
