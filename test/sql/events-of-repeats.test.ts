import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { wrongEvents } from '../../chaos/events.ts'
import type { Database } from '../../src/database/db.ts'
import { contactDeeds, Json } from '../support/contact-deeds.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { aCallRequest, aText, callStoreWith } from '../support/outbound.ts'

/** What there is an event for, of each status that a row comes to. */
const REPORTED: Record<string, string> = {
  sent: 'message.sent',
  delivered: 'message.delivered',
  undelivered: 'message.failed',
  'text failed': 'message.failed',
  'in-progress': 'call.started',
  completed: 'call.ended',
  'call failed': 'call.failed',
}

describe('events of what is asked for again under its key', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 20_000, poolSize: 2 }))
  })
  afterAll(() => drop())
  let customers = 0
  const aCustomer = () => `+1604555${String(++customers).padStart(4, '0')}`
  const { aSide, endOf, end } = contactDeeds(() => ({ url, db }))

  /** What may become of a text, or of a call, one after the other. */
  async function aKind(kind: 'text' | 'call') {
    const { id: organizationId, line } = await aSide()
    await sql(
      url,
      "update orgline.phone_numbers set sms_status = 'ready', elevenlabs_phone_id = gen_random_uuid() where phone_number = $1",
      [line],
    )
    const [id, to, sid] = [randomUUID(), aCustomer(), `SM${randomUUID()}`]
    const calls = callStoreWith(db, {})
    const conversation = { conversationId: `conv_${id}`, providerCallId: `CA${id}` }
    const notSent = (status: string) =>
      sql(url, 'select public.record_message_not_sent($1, $2, null, null, $3, 60000)', [
        id,
        status,
        'it was refused',
      ])
    const status = (reported: string) =>
      sql(
        url,
        `select public.record_message_status(null, $1, $2, null, null, null)
         where exists (select from orgline.messages where provider_message_id = $1)`,
        [sid, reported],
      )
    const reportedEnd = (more: object) =>
      end({
        ...endOf({ id: organizationId, line }, to, 'They talked.'),
        call_id: id,
        conversation_id: conversation.conversationId,
        direction: 'outbound',
        ...more,
      } as never)
    const deeds: Record<string, () => Promise<unknown>> =
      kind === 'text'
        ? {
            ask: () => db.rpc('begin_message', { ...aText({ organizationId, to }), id }, Json),
            refused: () => notSent('failed'),
            unknown: () => notSent('unknown'),
            accepted: () =>
              sql(url, "select public.record_message_sent($1, $2, 'queued', null, null, null)", [
                id,
                sid,
              ]),
            sent: () => status('sent'),
            failed: () => status('failed'),
            undelivered: () => status('undelivered'),
            delivered: () => status('delivered'),
          }
        : {
            ask: () => calls.beginOutbound(aCallRequest({ organizationId, to, id })),
            refused: () => calls.recordRefused(id, 'not_connected'),
            unknown: () => calls.recordUnknown(id),
            dialled: () => calls.recordDialed(id, conversation),
            lost: () => calls.stopPolling(id, { isFound: false }),
            busy: () => reportedEnd({ outcome: 'not_connected', failure_reason: 'line_busy' }),
            ended: () => reportedEnd({}),
          }
    const statusNow = async () => {
      const table = kind === 'text' ? 'messages' : 'calls'
      const [row] = await sql<{ status: string }>(
        url,
        `select status from orgline.${table} where id = $1`,
        [id],
      )
      return row?.status === 'failed' ? `${kind} failed` : (row?.status ?? '')
    }
    const events = async () => {
      const rows = await sql<{ type: string }>(
        url,
        "select type from orgline.events where facts ->> 'id' = $1 order by position",
        [id],
      )
      return rows.map(({ type }) => type)
    }
    return { id, deeds, statusNow, events }
  }

  const judged = () =>
    wrongEvents({
      deployments: [{ database: 'one' }],
      cluster: { query: (_database, text) => sql(url, text) },
    })

  test.each<['text' | 'call', string[], string[]]>([
    ['call', ['ask', 'refused', 'ask', 'refused'], ['call.failed']],
    [
      'call',
      ['ask', 'refused', 'ask', 'dialled', 'busy'],
      ['call.failed', 'call.started', 'call.failed'],
    ],
    [
      'call',
      ['ask', 'lost', 'ask', 'dialled', 'ended'],
      ['call.failed', 'call.started', 'call.ended'],
    ],
    ['text', ['ask', 'refused', 'ask', 'refused'], ['message.failed']],
    [
      'text',
      ['ask', 'refused', 'ask', 'accepted', 'sent', 'undelivered'],
      ['message.failed', 'message.sent', 'message.failed'],
    ],
    [
      'text',
      ['ask', 'refused', 'ask', 'accepted', 'delivered'],
      ['message.failed', 'message.delivered'],
    ],
  ])('of a %s, after %j, are %j', async (kind, steps, expected) => {
    const { deeds, events } = await aKind(kind)

    for (const step of steps) await deeds[step]?.()

    expect(await events()).toEqual(expected)
    expect(await judged()).toEqual([])
  })

  test.each([
    [
      'text',
      ['ask', 'refused', 'unknown', 'accepted', 'sent', 'failed', 'undelivered', 'delivered'],
    ],
    ['call', ['ask', 'refused', 'unknown', 'dialled', 'lost', 'busy', 'ended']],
  ] as const)(
    'of a %s, whatever becomes of it, are one for each state that is new, and none for a failure that follows a failure',
    async (kind, names) => {
      const steps = fc.array(fc.constantFrom(...names), { maxLength: 9 })

      await fc.assert(
        fc.asyncProperty(steps, async (chosen) => {
          const { deeds, statusNow, events } = await aKind(kind)
          const expected: string[] = []
          let before = ''
          for (const step of ['ask', ...chosen]) {
            await deeds[step]?.()
            const status = await statusNow()
            const type = REPORTED[status]
            if (type && status !== before && type !== expected.at(-1)) expected.push(type)
            before = status
          }

          expect(await events()).toEqual(expected)
        }),
        { numRuns: 40 },
      )
      expect(await judged()).toEqual([])
    },
  )

  test.each([
    ['call', ['ask', 'refused', 'ask', 'dialled', 'busy']],
    ['text', ['ask', 'refused', 'ask', 'accepted', 'sent', 'undelivered']],
  ] as const)(
    'of a %s, without that of its last failure, are seen to be wrong',
    async (kind, steps) => {
      const { id, deeds } = await aKind(kind)
      for (const step of steps) await deeds[step]?.()
      const [last] = await sql<{ id: string }>(
        url,
        "delete from orgline.events where id = (select id from orgline.events where facts ->> 'id' = $1 order by position desc limit 1) returning id",
        [id],
      )

      const wrong = await judged()

      expect(last).toBeDefined()
      expect(wrong).toEqual([expect.stringContaining(id), ...wrong.slice(1)])
      await sql(
        url,
        `delete from orgline.${kind === 'call' ? 'calls' : 'messages'} where id = $1`,
        [id],
      )
      await sql(url, "delete from orgline.events where facts ->> 'id' = $1", [id])
    },
  )
})
