import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Database } from '../../src/database/db.ts'
import { createRetention } from '../../src/database/retention.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { aText } from '../support/outbound.ts'
import {
  aCall,
  aHolding,
  aMessage,
  aNumber,
  anOrganization,
  aPhoneNumber,
  type Traffic,
} from '../support/rows.ts'

const Json = z.record(z.string(), z.any())
const NOTHING = {
  summary: null,
  transcript: null,
  exchanges: [],
  recording_url: null,
  collected: null,
  evaluation: null,
}
const TAPE = 'https://api.twilio.com/Recordings/RE1'

describe('what was said, once CONTENT_RETENTION_DAYS are over', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  let line: string
  let traffic: Traffic
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 60_000, poolSize: 2 }))
    const organizationId = await anOrganization(url)
    line = aNumber()
    const fields = { phone_number: line, status: 'assigned', sms_status: 'ready' }
    const holdingId = await aHolding(url, organizationId, await aPhoneNumber(url, fields), {
      is_active: true,
      assigned_at: daysAgo(30),
    })
    traffic = { organizationId, holdingId, contactId: null }
  })
  afterAll(() => drop())

  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000)
  const retain = () =>
    createRetention(db, { auditDays: 400, contentDays: 1 })(new AbortController().signal, {})

  /** A call of two days ago, whose end was not told, and what was said on it, which is gone by now. */
  async function aCallWithoutWords() {
    const call = {
      from: aNumber(),
      sid: `CA${randomUUID()}`,
      conversation: `conv_${randomUUID()}`,
    }
    const id = await aCall(url, traffic, {
      provider_call_id: call.sid,
      from_number: call.from,
      to_number: line,
      status: 'failed',
      end_unknown: true,
      request_id: 'test',
      duration_seconds: 9,
      summary: 'They talked',
      transcript: JSON.stringify([{ role: 'user', message: 'Hello' }]),
      exchanges: JSON.stringify([{ body: 'Hello' }]),
      recording_url: TAPE,
      collected: { visit: 'Saturday' },
      evaluation: { booked: { result: 'success', rationale: 'Saturday' } },
      created_at: daysAgo(2),
    })
    await retain()
    return { ...call, id }
  }
  type OldCall = Awaited<ReturnType<typeof aCallWithoutWords>>

  const wordsOf = ({ id }: OldCall) =>
    sql(
      url,
      'select summary, transcript, exchanges, recording_url, collected, evaluation from calls where id = $1',
      [id],
    )
  const notified = () => sql(url, 'select type, message, occurrences from admin_notifications')

  const leaveTape = (call: OldCall, numbers: { from: string; to: string }, tape = TAPE) =>
    db.rpc(
      'record_voicemail',
      {
        providerCallId: call.sid,
        ...numbers,
        customer: numbers.from || null,
        recordingUrl: tape,
        requestId: null,
        pollMs: 1_000,
      },
      Json,
    )
  const report = (call: OldCall, ids: object) => ({
    outcome: 'ended',
    direction: 'inbound',
    our_number: line,
    customer: call.from,
    started_at: daysAgo(2).toISOString(),
    duration_seconds: 9,
    cost: 5_000,
    summary: 'They talked',
    exchanges: [{ body: 'Hello' }],
    success: 'success',
    collected: { visit: 'Saturday' },
    evaluation: { booked: { result: 'success', rationale: 'Saturday' } },
    ...ids,
  })
  const deliver = (name: 'record_call_event' | 'record_found_call', event: object) =>
    db.rpc(
      name,
      { eventKey: randomUUID(), event, transcript: [{ role: 'user', message: 'Hello' }] },
      Json,
    )

  test.each<[string, (call: OldCall) => Promise<unknown>]>([
    [
      'its message on tape, by the webhook',
      (call) => leaveTape(call, { from: call.from, to: line }),
    ],
    ['its message on tape, by the list', (call) => leaveTape(call, { from: '', to: '' })],
    ['another message on tape', (call) => leaveTape(call, { from: '', to: '' }, `${TAPE}2`)],
    [
      'its report, by the webhook',
      (call) =>
        deliver(
          'record_call_event',
          report(call, { provider_call_id: call.sid, conversation_id: call.conversation }),
        ),
    ],
    [
      'its report, found by the sweep',
      (call) =>
        deliver(
          'record_found_call',
          report(call, { call_id: call.id, conversation_id: call.conversation }),
        ),
    ],
    [
      'its report, which had made another row first',
      async (call) => {
        const conversation_id = `conv_${randomUUID()}`
        await aCall(url, traffic, {
          conversation_id,
          from_number: call.from,
          to_number: line,
          status: 'completed',
          summary: 'They talked',
          exchanges: JSON.stringify([{ body: 'Hello' }]),
        })
        await deliver('record_call_event', report(call, { call_id: call.id, conversation_id }))
      },
    ],
  ])('of a call, by %s, stays away, and nobody is told again', async (_, deliverAgain) => {
    const call = await aCallWithoutWords()
    const before = await notified()

    await deliverAgain(call)
    await deliverAgain(call)

    expect(await wordsOf(call)).toEqual([NOTHING])
    expect(await notified()).toEqual(before)
  })

  test('of a call, in the list of messages on tape, is not taken for unknown; one that never was told, is', async () => {
    const old = await aCallWithoutWords()
    const sid = `CA${randomUUID()}`
    await aCall(url, traffic, { provider_call_id: sid, created_at: daysAgo(2) })

    const { sids } = await db.rpc(
      'unknown_voicemails',
      {
        voicemails: [
          { sid: 'RE1', call_sid: old.sid },
          { sid: 'RE2', call_sid: sid },
        ],
        publicUrl: 'https://here.example.com',
      },
      Json,
    )

    expect(sids).toEqual(['RE2'])
  })

  test('of a text, by the webhook or the list, stays away', async () => {
    const sid = `SM${randomUUID()}`
    const [from, at] = [aNumber(), daysAgo(2)]
    const id = await aMessage(url, traffic, {
      provider_message_id: sid,
      from_number: from,
      to_number: line,
      body: 'Hello',
      created_at: at,
    })
    await retain()
    const message = {
      providerMessageId: sid,
      from,
      to: line,
      customer: from,
      body: 'Hello',
      media: [],
      segments: 1,
      requestId: 'test',
    }

    for (const sentAt of [null, at.toISOString()]) {
      const reported = await db.rpc('receive_message', { ...message, sentAt }, Json)
      expect(reported).toEqual({ result: 'duplicate' })
    }

    expect(await sql(url, 'select body, media from messages where id = $1', [id])).toEqual([
      { body: '', media: [] },
    ])
  })

  test('of a text that may have been sent, is kept until that is known; sent anew, it is a text of now', async () => {
    const to = aNumber()
    const message = aText({ organizationId: traffic.organizationId, to })
    const row = async () => {
      const [found] = await sql<{ body: string; created_at: Date }>(
        url,
        'select body, created_at from messages where id = $1',
        [message.id],
      )
      return found
    }
    await db.rpc('begin_message', message, Json)
    await sql(url, 'update messages set created_at = $2 where id = $1', [message.id, daysAgo(2)])

    await retain()
    expect(await row()).toMatchObject({ body: 'Hello' })
    await db.rpc('count_message_poll', { id: message.id, maxPolls: 1 }, Json)
    await retain()
    expect(await row()).toMatchObject({ body: '' })

    expect(await db.rpc('begin_message', message, Json)).toMatchObject({ send: true })
    await retain()
    expect(await row()).toMatchObject({ body: 'Hello' })
    expect((await row())?.created_at.getTime()).toBeGreaterThan(daysAgo(1).getTime())
  })
})
