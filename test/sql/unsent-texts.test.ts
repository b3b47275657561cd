import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import type { Database } from '../../src/database/db.ts'
import { OPERATOR } from '../support/actors.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { LOCK_WAITERS } from '../support/lock-waiters.ts'
import { aCustomer, aSentMessage, createTurnDeeds, unreachable } from '../support/turns.ts'

describe('a text of a person, of which the telephone company knows nothing,', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  let deeds: ReturnType<typeof createTurnDeeds>
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 60_000, poolSize: 5 }))
    deeds = createTurnDeeds(url, db)
  })
  afterAll(() => drop())

  /** A person texts a customer, and nobody hears what became of it. */
  async function unheard() {
    const texted = await aWaitingCustomer()
    return { ...texted, id: await takesOver(texted, false) }
  }
  async function aWaitingCustomer() {
    return { ...(await deeds.aTextedOrganization()), customer: aCustomer() }
  }
  /** A person texts the customer; whether the carrier says that it has the text. */
  async function takesOver(
    { organizationId, customer }: Awaited<ReturnType<typeof aWaitingCustomer>>,
    isHeard: boolean,
  ) {
    const server = deeds.aServer({
      send: async () => {
        if (!isHeard) throw unreachable()
        return aSentMessage()
      },
    })
    const { id } = await server.sendMessage({
      id: randomUUID(),
      actor: OPERATOR,
      organizationId,
      to: customer,
      from: null,
      insists: true,
      body: 'I am on my way',
      mediaUrls: [],
      leadId: null,
      requestId: 'test',
    })
    return id
  }
  const poll = (id: string, maxPolls: number) =>
    db.rpc('count_message_poll', { id, maxPolls }, z.object({ status: z.string().nullable() }))
  const spend = async () => {
    const rows = await sql<{ spend: string }>(
      url,
      'select coalesce(sum(spend), 0) as spend from orgline.spend_hours',
    )
    return Number(rows[0]?.spend)
  }

  test('silences agents for as long as it may have been sent, and not any more once it counts as not sent', async () => {
    const { phoneNumber, customer, id } = await unheard()
    await poll(id, 9)
    const before = await deeds.text(phoneNumber, customer)

    expect(await poll(id, 2)).toEqual({ status: 'failed' })

    expect(before).toBeNull()
    expect(await deeds.text(phoneNumber, customer)).toBeGreaterThan(0)
  })

  test.each([
    ['counts as not sent', (id: string) => poll(id, 1)],
    [
      'is refused',
      (id: string) =>
        db.rpc(
          'record_message_not_sent',
          { id, status: 'failed', errorCode: null, failure: null, reason: null, pollMs: 1 },
          z.object({}),
        ),
    ],
    [
      'is reported as undelivered',
      (id: string) =>
        db.rpc(
          'record_message_status',
          {
            messageId: id,
            sid: `SM${id}`,
            status: 'undelivered',
            errorCode: null,
            failure: null,
            reason: null,
          },
          z.object({}),
        ),
    ],
  ])(
    'silences agents not any more once it %s, also while somebody else changes its customer',
    async (_what, becomes) => {
      const { organizationId, phoneNumber, customer, id } = await unheard()
      const other = new Client({ connectionString: url })
      await other.connect()
      onTestFinished(() => other.end())
      await other.query('begin')
      await other.query('update orgline.contacts set name = $2 where organization_id = $1', [
        organizationId,
        'Ann',
      ])

      const changed = becomes(id)
      await expect.poll(() => sql(url, LOCK_WAITERS)).toHaveLength(1)
      await other.query('commit')
      await changed

      expect(await deeds.text(phoneNumber, customer)).toBeGreaterThan(0)
    },
  )

  test('costs nothing once it counts as not sent', async () => {
    const nothing = await spend()
    const { id } = await unheard()
    const assumed = await spend()

    await poll(id, 1)
    await poll(id, 1)

    expect([assumed - nothing, await spend()]).toEqual([7_500, nothing])
  })

  test('has people told of what it kept agents from answering, once it counts as not sent', async () => {
    const waiting = await aWaitingCustomer()
    const { organizationId, phoneNumber, customer } = waiting
    await deeds.text(phoneNumber, customer)
    const id = await takesOver(waiting, false)
    await deeds.due(organizationId)
    await deeds.aServer().work()
    await deeds.text(phoneNumber, customer, 'Hello?')
    await deeds.text(phoneNumber, customer, 'Anybody there?')
    const before = await deeds.turnsOf(organizationId)

    await poll(id, 1)

    expect(before).toMatchObject([{ status: 'dropped', reason: 'replies_paused' }])
    const silenced = { status: 'failed', reason: 'take_over_failed' }
    expect(await deeds.turnsOf(organizationId)).toMatchObject([silenced, silenced])
    expect(await deeds.notificationsOf(organizationId)).toMatchObject([
      { reason: 'take_over_failed', status: 'pending' },
    ])
    expect(
      await sql(
        url,
        `select facts ->> 'body' as body from orgline.events
         where organization_id = $1 and type = 'text_reply.failed' order by position`,
        [organizationId],
      ),
    ).toEqual([{ body: 'Is it still there?' }, { body: 'Anybody there?' }])
  })

  test('has nobody told where another text has reached the customer since', async () => {
    const waiting = await aWaitingCustomer()
    const { organizationId, phoneNumber, customer } = waiting
    const id = await takesOver(waiting, false)
    await deeds.text(phoneNumber, customer)
    await takesOver(waiting, true)

    await poll(id, 1)

    expect(await deeds.turnsOf(organizationId)).toEqual([])
    expect(await deeds.notificationsOf(organizationId)).toEqual([])
  })

  test.each([
    ['never comes to be sent, leaves', false],
    ['turns out to be sent, resolves', true],
  ])('and %s what people were told of that customer', async (_what, isHeard) => {
    const waiting = await aWaitingCustomer()
    const { organizationId, phoneNumber, customer } = waiting
    await deeds.text(phoneNumber, customer)
    await deeds.due(organizationId)
    await deeds.aServer({ ask: async () => '' }).work()

    const id = await takesOver(waiting, isHeard)
    const then = await deeds.notificationsOf(organizationId)
    await poll(id, 1)

    const status = isHeard ? 'resolved' : 'pending'
    expect(then).toMatchObject([{ reason: 'answer_empty', status }])
    expect(await deeds.notificationsOf(organizationId)).toMatchObject([{ status }])
  })
})
