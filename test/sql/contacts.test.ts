import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { createDatabase, type Database, type FunctionName } from '../../src/database/db.ts'
import type { DatabaseFunctions } from '../../src/database/functions.ts'
import { OPERATOR } from '../support/actors.ts'
import { cloneDatabase, sql } from '../support/database.ts'
import { LOCK_WAITERS } from '../support/lock-waiters.ts'
import { callStoreWith, unguarded } from '../support/outbound.ts'
import { aHolding, aNumber, anOrganization, aPhoneNumber } from '../support/rows.ts'
import { untyped } from '../support/stand-in.ts'

const Json = z.record(z.string(), z.any())

/** An organization with a line of its own. */
interface Side {
  id: string
  line: string
}

describe('contacts, in SQL', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  let sides: [Side, Side]
  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase())
    db = createDatabase({ kind: 'postgres', url, timeoutMs: 9_000, poolSize: 8, onError: () => {} })
  })
  beforeEach(async () => {
    sides = [await aSide(), await aSide()]
  })
  afterAll(async () => {
    await db.close()
    await drop()
  })

  async function aSide(): Promise<Side> {
    const [id, line] = [await anOrganization(url), aNumber()]
    const number = await aPhoneNumber(url, { phone_number: line, status: 'assigned' })
    const assigned_at = new Date(Date.now() - 86_400_000)
    await aHolding(url, id, number, { is_active: true, assigned_at })
    return { id, line }
  }

  const ask = <Name extends FunctionName>(
    name: Name,
    side: Side,
    args: Omit<DatabaseFunctions[Name], 'actor' | 'organizationId'>,
  ) => untyped(db).rpc(name, { actor: OPERATOR, organizationId: side.id, ...args }, Json)

  const text = (side: Side, from: string, body: string, sid = `SM${randomUUID()}`) =>
    db.rpc(
      'receive_message',
      {
        providerMessageId: sid,
        from,
        to: side.line,
        customer: from,
        body,
        media: [],
        segments: 1,
        requestId: 'test',
      },
      Json,
    )

  const ring = (side: Side, from: string, sid = `CA${randomUUID()}`) =>
    db.rpc(
      'begin_inbound_call',
      {
        providerCallId: sid,
        conversationId: null,
        agentId: null,
        from,
        to: side.line,
        customer: from,
        requestId: 'test',
        pollMs: 60_000,
      },
      Json,
    )

  /** The report of a call's end, as it is given to the database. */
  const endOf = (side: Side, customer: string, words: string, ids: object = {}) => ({
    outcome: 'ended',
    call_id: null,
    conversation_id: `conv_${randomUUID()}`,
    provider_call_id: null,
    agent_id: null,
    direction: 'inbound',
    our_number: side.line,
    customer_number: customer,
    customer,
    started_at: new Date(Date.now() - 5_000).toISOString(),
    earliest_start: new Date(Date.now() - 5_000).toISOString(),
    duration_seconds: 3,
    cost: 1,
    summary: words,
    success: 'success',
    transcript: [{ role: 'user', message: words }],
    exchanges: [{ direction: 'inbound', body: words }],
    failure_reason: null,
    ...ids,
  })
  const end = (event: { conversation_id: string }) =>
    db.rpc('record_call_event', { eventKey: `${event.conversation_id}:ended`, event }, Json)

  async function contactOf(side: Side, phoneNumber: string): Promise<string> {
    const { rows } = await ask('list_contacts', side, {
      phoneNumber,
      leadId: null,
      leadStatus: null,
      name: null,
      limit: 2,
      cursor: null,
    })
    return rows[0]?.id
  }
  const timeline = (side: Side, contactId: string) =>
    ask('list_contact_timeline', side, { contactId, limit: 200, cursor: null })
  const merge = (side: Side, into: string, from: string) =>
    ask('merge_contacts', side, { contactId: into, from })
  const erase = (side: Side, contactId: string) => ask('delete_contact', side, { contactId })

  /** Everything in the database that holds these words, or this number. */
  async function traces(words: string) {
    const tables = [
      'contacts',
      'messages',
      'calls',
      'webhook_events',
      'admin_notifications',
      'erased_keys',
      'carrier_erasures',
    ]
    const found = await Promise.all(
      tables.map((table) =>
        sql(
          url,
          `select '${table}' as table from orgline.${table} t where strpos(t::text, $1) > 0`,
          [words],
        ),
      ),
    )
    return found.flat()
  }

  /** What one customer does with one of two organizations, or one of these does with the customer. */
  const deed = fc.record({
    kind: fc.constantFrom('text', 'call', 'name', 'merge', 'erase', 'late'),
    side: fc.constantFrom<0 | 1>(0, 1),
    phone: fc.constantFrom<0 | 1>(0, 1),
  })

  test('two organizations that know the same customer, whatever each does, never see or touch what is the other’s', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 3, maxLength: 12 }), async (deeds) => {
        const phones = [aNumber(), aNumber()] as const
        /** What each must have now, by contact as the two phones lead to it. */
        const own: [string[], string[]] = [[], []]
        for (const [index, { kind, side, phone }] of deeds.entries()) {
          const before = await shown(sides[1 - side] as Side, phones)
          await play(kind, sides[side], phones, phone, `s${side}-${index}`, own[side])
          expect(await shown(sides[1 - side] as Side, phones)).toEqual(before)
          const words = JSON.stringify(await shown(sides[side], phones))
          for (const each of own[side]) expect(words).toContain(`"${each}"`)
          expect(words).not.toContain(`"s${1 - side}-`)
        }
      }),
      { numRuns: 25 },
    )
  }, 60_000)

  async function play(
    kind: string,
    side: Side,
    phones: readonly [string, string],
    phone: 0 | 1,
    words: string,
    own: string[],
  ) {
    const [from, other] = [phones[phone], phones[1 - phone] as string]
    const [id, otherId] = [await contactOf(side, from), await contactOf(side, other)]
    if (kind === 'text') await text(side, from, words)
    if (kind === 'call') {
      const { call_id } = await ring(side, from)
      await end(endOf(side, from, words, { call_id }))
    }
    if (kind === 'text' || kind === 'call') own.push(words)
    if (kind === 'name' && id) {
      await ask('change_contact', side, { contactId: id, changes: { name: `name ${words}` } })
    }
    if (kind === 'merge' && id && otherId) await merge(side, id, otherId)
    if (kind === 'erase' && id) {
      const { rows } = await timeline(side, id)
      await erase(side, id)
      const gone = rows.map((row: { body?: string; summary?: string }) => row.body ?? row.summary)
      own.splice(0, own.length, ...own.filter((each) => !gone.includes(each)))
    }
    if (kind === 'late' && id) {
      const { call_id } = await ring(side, from)
      await erase(side, await contactOf(side, from))
      const { result } = await end(endOf(side, from, words, { call_id }))
      expect(result).toBe('erased')
      own.length = 0
      if (otherId && otherId !== id) {
        const { rows } = await timeline(side, otherId)
        own.push(...rows.map((row: { body?: string; summary?: string }) => row.body ?? row.summary))
      }
    }
  }

  async function shown(side: Side, phones: readonly string[]) {
    const ids = await Promise.all(phones.map((phone) => contactOf(side, phone)))
    return Promise.all(
      [...new Set(ids)].filter(Boolean).map(async (id) => ({
        contact: await ask('get_contact', side, { contactId: id }),
        entries: (await timeline(side, id)).rows,
      })),
    )
  }

  test('five merges of one pair at once, both ways round, leave one contact with all there was', async () => {
    const [side] = sides
    const [a, b] = [aNumber(), aNumber()]
    await text(side, a, 'from-a')
    await text(side, b, 'from-b')
    const [idA, idB] = [await contactOf(side, a), await contactOf(side, b)]

    const results = await Promise.all(
      [0, 1, 2, 3, 4].map((n) => (n % 2 ? merge(side, idA, idB) : merge(side, idB, idA))),
    )

    expect(new Set(results.map(({ id }) => id)).size).toBe(1)
    expect((await timeline(side, idA)).rows).toHaveLength(2)
    expect(await timeline(side, idB)).toEqual(await timeline(side, idA))
  })

  test('texts and calls, while their contacts are merged in a ring, are all kept with the one that is left', async () => {
    const [side] = sides
    const phones = [aNumber(), aNumber(), aNumber()]
    for (const phone of phones) await text(side, phone, 'first')
    const ids = await Promise.all(phones.map((phone) => contactOf(side, phone)))
    const traffic = phones.flatMap((phone) =>
      Array.from({ length: 6 }, (_, n) => (n % 2 ? text(side, phone, 'more') : ring(side, phone))),
    )
    const merges = ids.map((id, n) =>
      merge(side, id, ids[(n + 1) % 3] as string).catch((error: Error) => error),
    )

    await Promise.all([...traffic, ...merges])
    for (const id of ids.slice(1)) await merge(side, ids[0] as string, id).catch(() => {})

    const [left] = await sql<{ id: string }>(
      url,
      'select id from orgline.contacts where organization_id = $1 and merged_into is null',
      [side.id],
    )
    const strayed = await sql(
      url,
      `select contact_id from orgline.messages where organization_id = $1 and contact_id <> $2
       union all select contact_id from orgline.calls where organization_id = $1 and contact_id <> $2`,
      [side.id, left?.id],
    )
    expect(strayed).toEqual([])
    expect((await timeline(side, left?.id ?? '')).rows).toHaveLength(3 + 18)
  })

  test('names and lead ids, of two that are merged, are combined, and what gives way stays readable', async () => {
    const [side] = sides
    const create = (fields: object) =>
      ask('create_contact', side, {
        id: randomUUID(),
        phoneNumber: aNumber(),
        name: null,
        leadId: null,
        leadStatus: null,
        ...fields,
      })
    const kept = await create({ name: 'Ada' })
    const gone = await create({ name: 'A. L.', leadId: 'L-1', leadStatus: 'Active Lead' })

    const merged = await merge(side, kept.id, gone.id)

    expect(merged).toMatchObject({
      id: kept.id,
      name: 'Ada',
      lead_id: 'L-1',
      lead_status: 'Active Lead',
      lead_status_set: true,
      merged: [{ id: gone.id, phone_number: gone.phone_number, name: 'A. L.', lead_id: 'L-1' }],
    })
  })

  test('an erased contact, with two numbers, leaves nothing but its opt-out and hashes', async () => {
    const [side, south] = sides
    const [a, b] = [aNumber(), aNumber()]
    const words = `words-${randomUUID()}`
    const smsSid = `SM${randomUUID()}`
    await text(side, a, words, smsSid)
    await text(side, b, words)
    await text(south, a, `elsewhere ${words.length}`)
    const { call_id } = await ring(side, b)
    await end(endOf(side, b, words, { call_id }))
    await sql(
      url,
      `insert into orgline.admin_notifications (type, subject, organization_id, message) values ('post_call_missed', $1, $2, $3)`,
      [randomUUID(), side.id, `The call from ${a} is missing`],
    )
    await sql(
      url,
      `insert into orgline.opt_outs (organization_id, phone_number, our_number, word) values ($1, $2, $3, 'STOP')`,
      [side.id, a, side.line],
    )
    await merge(side, await contactOf(side, a), await contactOf(side, b))

    const erased = await erase(side, await contactOf(side, b))
    const repeated = await text(side, a, words, smsSid)

    expect(erased).toMatchObject({ messages: 2, calls: 1 })
    expect(repeated).toEqual({ result: 'duplicate' })
    expect(await traces(words)).toEqual([])
    expect(await traces(b)).toEqual([])
    // The other organization's own knowledge of the same customer.
    expect(await traces(a)).toEqual([{ table: 'contacts' }, { table: 'messages' }])
    expect(
      await sql(url, 'select word from orgline.opt_outs where phone_number = $1', [a]),
    ).toEqual([{ word: 'STOP' }])
    const again = erase(side, await contactOf(south, a))
    await expect(again).rejects.toMatchObject({ code: 'contact_not_found' })
  })

  test.each([
    ['named by our id', (callId: string) => ({ call_id: callId })],
    ['named by the provider’s id', () => ({ provider_call_id: 'CA-late' })],
    ['naming none of its ids, and begun before', () => ({})],
  ])('a late report, %s, brings nothing of an erased contact back', async (_how, ids) => {
    const [side] = sides
    const customer = aNumber()
    const words = `words-${randomUUID()}`
    const sid = `CA-late`
    await sql(url, "delete from orgline.erased_keys where key = 'CA-late'")
    const { call_id } = await ring(side, customer, sid)
    await erase(side, await contactOf(side, customer))

    const { result } = await end(endOf(side, customer, words, ids(call_id)))
    const { call_id: again } = await ring(side, customer, sid)

    expect(result).toBe('erased')
    expect(again).toBeNull()
    expect(await traces(words)).toEqual([])
    expect(await contactOf(side, customer)).toBeUndefined()
  })

  test('a report that was kept, about a contact that is erased since, goes with it', async () => {
    const [side] = sides
    const customer = aNumber()
    const words = `words-${randomUUID()}`
    await text(side, customer, 'hello')
    // A call that never connected makes none for anybody, so its report waits.
    const event = endOf(side, customer, words, { outcome: 'not_connected', direction: 'outbound' })
    expect(await end(event)).toEqual({ result: 'deferred' })

    await erase(side, await contactOf(side, customer))

    expect(await traces(customer)).toEqual([])
    expect(await traces(words)).toEqual([])
  })

  test('a report that was kept, of a contact that is merged since, is of the one that is left', async () => {
    const [side] = sides
    const [kept, gone] = [aNumber(), aNumber()]
    await text(side, kept, 'deferred')
    await ring(side, gone)
    await ring(side, gone)
    // Two calls of that moment between these numbers: nobody is guessed.
    const event = endOf(side, gone, 'which one?', { started_at: new Date().toISOString() })
    expect(await end(event)).toEqual({ result: 'deferred' })
    await merge(side, await contactOf(side, kept), await contactOf(side, gone))
    const retry = async () => {
      await sql(url, 'update orgline.webhook_events set next_try_at = now()')
      return db.rpc('retry_deferred_events', { limit: 9 }, Json)
    }

    const inDoubt = await retry()
    await sql(
      url,
      `update orgline.calls set conversation_id = $2 where id = (
         select id from orgline.calls where from_number = $1 order by created_at limit 1)`,
      [gone, event.conversation_id],
    )
    const known = await retry()

    expect([inDoubt, known]).toEqual([{ applied: 0 }, { applied: 1 }])
    const { rows } = await timeline(side, await contactOf(side, kept))
    const calls = rows.filter((row: { channel: string }) => row.channel === 'voice')
    const summaries = calls.map((row: { summary: string | null }) => row.summary)
    expect(new Set(summaries)).toEqual(new Set(['which one?', null]))
    expect(calls).toHaveLength(2)
    expect(await contactOf(side, gone)).toBe(await contactOf(side, kept))
  })

  test('an entry, repeated after its contact was merged away, answers the one that is left', async () => {
    const [side] = sides
    const id = randomUUID()
    const entry = { phoneNumber: aNumber(), name: null, leadId: null, leadStatus: null }
    const create = () => ask('create_contact', side, { id, ...entry })
    await create()
    const other = aNumber()
    await text(side, other, 'hello')
    const left = await contactOf(side, other)
    await merge(side, left, id)

    expect(await create()).toMatchObject({ id: left, merged: [{ id: id }] })
  })

  test('a number, put on the do-not-call list while it is taken off, is answered with its entry', async () => {
    const [side] = sides
    const phoneNumber = aNumber()

    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        n % 2
          ? ask('remove_do_not_call', side, { phoneNumber })
          : ask('add_do_not_call', side, { phoneNumber, reason: `${n}` }),
      ),
    )

    const entered = answers.filter((answer) => 'entry' in answer)
    expect(entered).toHaveLength(10)
    for (const { entry } of entered) expect(entry).toMatchObject({ phone_number: phoneNumber })
  })

  test('a request to dial, repeated while its customer is being erased, dials nobody', async () => {
    const [side] = sides
    await sql(
      url,
      "update orgline.phone_numbers set elevenlabs_phone_id = 'x' where phone_number = $1",
      [side.line],
    )
    const request = {
      id: randomUUID(),
      actor: OPERATOR,
      organizationId: side.id,
      to: '+16045557299',
      leadId: null,
      customerName: null,
      requestId: 'test',
    }
    const calls = callStoreWith(db, {})
    await calls.beginOutbound(request)
    const eraser = new Client({ connectionString: url })
    await eraser.connect()
    await eraser.query('begin')
    await eraser.query('select public.delete_contact($1, $2, $3)', [
      OPERATOR,
      side.id,
      await contactOf(side, request.to),
    ])

    const repeat = calls.beginOutbound(request).catch((error: unknown) => error)
    await waitsForLock()
    await eraser.query('commit')
    await eraser.end()

    expect(await repeat).toMatchObject({ code: 'contact_not_found' })
    expect(await traces(request.to)).toEqual([])
  })

  /** Until so many of this database's statements wait for another's transaction. */
  async function waitsForLock(statements = 1) {
    await expect.poll(() => sql(url, LOCK_WAITERS)).toHaveLength(statements)
  }

  /** A transaction that is open until it is committed. In a deadlock it would be the one that fails. */
  async function aTransaction() {
    const client = new Client({ connectionString: url })
    await client.connect()
    onTestFinished(() => client.end())
    await client.query("begin; set local deadlock_timeout = '10ms'")
    return {
      run: (text: string, values: unknown[]) => client.query(text, values),
      commit: () => client.query('commit'),
    }
  }

  /** What is done while the contact of this number is being erased: it waits for that to be over. */
  async function whileErased<Reported>(side: Side, customer: string, act: () => Promise<Reported>) {
    const eraser = await aTransaction()
    await eraser.run('select public.delete_contact($1, $2, $3)', [
      OPERATOR,
      side.id,
      await contactOf(side, customer),
    ])
    const reported = act().catch((error: unknown) => error)
    await waitsForLock()
    await eraser.commit()
    return reported
  }

  test('a report of a call that nobody announced, while its customer is being erased, brings nobody back', async () => {
    const [side] = sides
    const [customer, words] = [aNumber(), `words-${randomUUID()}`]
    await text(side, customer, 'hello')

    const reported = await whileErased(side, customer, () => end(endOf(side, customer, words)))

    expect(reported).toEqual({ result: 'erased' })
    expect(await traces(words)).toEqual([])
    expect(await traces(customer)).toEqual([])
  })

  test('a call that rings, asked about again while its customer is being erased, is answered as nobody’s', async () => {
    const [side] = sides
    const [customer, sid] = [aNumber(), `CA${randomUUID()}`]
    await ring(side, customer, sid)

    const reported = await whileErased(side, customer, () => ring(side, customer, sid))

    expect(reported).toMatchObject({
      call_id: null,
      organization: { id: side.id },
      history: { name: null, lead_status: 'New Inquiry' },
    })
    expect(await traces(customer)).toEqual([])
  })

  test('a text from a number that was merged away, while its contact is being erased, is a new customer’s', async () => {
    const [side] = sides
    const [gone, kept] = [aNumber(), aNumber()]
    for (const phone of [gone, kept]) await text(side, phone, 'first')
    const id = await contactOf(side, kept)
    await merge(side, id, await contactOf(side, gone))
    const other = await aTransaction()
    await other.run('select from orgline.contacts where id = $1 for update', [id])
    const erased = erase(side, id)
    await waitsForLock()
    const reported = text(side, gone, 'second')
    await waitsForLock(2)
    await other.commit()

    expect(await Promise.all([erased, reported])).toMatchObject([
      { messages: 2, calls: 0 },
      { result: 'stored', organization_id: side.id },
    ])
    expect(await contactOf(side, gone)).not.toBe(id)
  })

  test('reports that were kept, tried while their customer is being erased, are dropped', async () => {
    const [side] = sides
    const [customer, words] = [aNumber(), `words-${randomUUID()}`]
    const { call_id } = await ring(side, customer)
    const id = await contactOf(side, customer)
    // One of a call that is known, then one of a call that is not.
    for (const [index, ids] of [{ call_id }, {}].entries()) {
      await sql(
        url,
        `insert into orgline.webhook_events (event_key, event, next_try_at)
         values ($1, $2, now() - make_interval(days => 2 - $3))`,
        [randomUUID(), endOf(side, customer, words, ids), index],
      )
    }
    const eraser = await aTransaction()
    await eraser.run('select from orgline.contacts where id = $1 for update', [id])
    const retried = db.rpc('retry_deferred_events', { limit: 2 }, Json)
    await waitsForLock()

    await eraser.run('select public.delete_contact($1, $2, $3)', [OPERATOR, side.id, id])
    await eraser.commit()

    expect(await retried).toEqual({ applied: 2 })
    expect(await traces(words)).toEqual([])
    expect(await traces(customer)).toEqual([])
  })

  test('a text that failed, sent again while its customer is being erased, is not sent', async () => {
    const [side] = sides
    const customer = aNumber()
    await sql(
      url,
      "update orgline.phone_numbers set sms_status = 'ready' where phone_number = $1",
      [side.line],
    )
    const id = randomUUID()
    const send = () =>
      ask('begin_message', side, {
        id,
        to: customer,
        body: 'hello',
        media: [],
        segments: 1,
        leadId: null,
        requestId: 'test',
        pollMs: 60_000,
        guard: unguarded,
      })
    await send()
    await sql(url, "update orgline.messages set status = 'failed' where id = $1", [id])
    const contactId = await contactOf(side, customer)
    const eraser = await aTransaction()
    await eraser.run('select from orgline.contacts where id = $1 for update', [contactId])
    const again = send().catch((error: unknown) => error)
    await waitsForLock()

    await eraser.run('select public.delete_contact($1, $2, $3)', [OPERATOR, side.id, contactId])
    await eraser.commit()

    expect(await again).toMatchObject({ code: 'contact_not_found' })
    expect(await traces(customer)).toEqual([])
  })

  test('an erasure, while the end of one of its calls is being recorded, erases that call, too', async () => {
    const [side] = sides
    const [customer, words] = [aNumber(), `words-${randomUUID()}`]
    const { call_id } = await ring(side, customer)
    const event = endOf(side, customer, words, { call_id })
    await sql(url, 'update orgline.calls set conversation_id = $2 where id = $1', [
      call_id,
      event.conversation_id,
    ])
    const recorder = await aTransaction()
    await recorder.run('select public.record_call_event($1, $2)', [words, event])

    const erased = erase(side, await contactOf(side, customer))
    await waitsForLock()
    await recorder.commit()

    expect(await erased).toMatchObject({ messages: 0, calls: 1 })
    expect(await traces(words)).toEqual([])
  })

  test('an answer, recorded under its Idempotency-Key while its contact is being erased, is not kept', async () => {
    const [side] = sides
    const customer = aNumber()
    await text(side, customer, 'first')
    const id = await contactOf(side, customer)
    const key = { owner: `organization:${side.id}`, key: randomUUID() }
    const begin = () =>
      db.rpc('begin_idempotent_request', { ...key, requestHash: 'h', leaseSeconds: 60 }, Json)
    const { token } = await begin()
    const eraser = new Client({ connectionString: url })
    await eraser.connect()
    await eraser.query('begin')
    await eraser.query('select public.delete_contact($1, $2, $3)', [OPERATOR, side.id, id])

    const finished = db.rpc(
      'finish_idempotent_request',
      {
        ...key,
        token,
        replyStatus: 201,
        replyBody: { contact: { id, merged: [], phone_number: customer } },
      },
      Json,
    )
    await waitsForLock()
    await eraser.query('commit')
    await eraser.end()

    expect(await finished).toEqual({ finished: true })
    expect(await begin()).toMatchObject({ result: 'run' })
  })

  test('an erased customer, who calls anew, is a new contact with nothing known', async () => {
    const [side] = sides
    const customer = aNumber()
    await text(side, customer, 'before')
    const id = await contactOf(side, customer)
    await erase(side, id)

    const { history, call_id } = await ring(side, customer)
    const started_at = new Date(Date.now() + 1_000).toISOString()
    const { result } = await end(endOf(side, customer, 'after', { call_id, started_at }))

    expect(history).toMatchObject({ name: null, lead_status: 'New Inquiry', exchanges: [] })
    expect(result).toBe('applied')
    expect(await contactOf(side, customer)).not.toBe(id)
  })

  test('texts and calls, while their contact is erased ten times, leave none without a contact', async () => {
    const [side] = sides
    const customer = aNumber()
    await text(side, customer, 'first')

    await Promise.all(
      Array.from({ length: 10 }, async (_, n) => {
        await (n % 2 ? text(side, customer, 'more') : ring(side, customer))
        const id = await contactOf(side, customer)
        if (id) await erase(side, id).catch(() => {})
      }),
    )

    const strayed = await sql(
      url,
      `select 1 from orgline.messages where from_number = $1 and contact_id is null
       union all select 1 from orgline.calls where from_number = $1 and contact_id is null`,
      [customer],
    )
    expect(strayed).toEqual([])
  })
})
