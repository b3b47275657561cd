import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { Database } from '../../src/database/db.ts'
import { OPERATOR } from '../support/actors.ts'
import { contactDeeds, Json, type Side } from '../support/contact-deeds.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { LOCK_WAITERS } from '../support/lock-waiters.ts'
import { aCallRequest, aText, callStoreWith } from '../support/outbound.ts'
import { aNumber } from '../support/rows.ts'

describe('erased contacts, in SQL', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  let sides: [Side, Side]
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 60_000, poolSize: 8 }))
  })
  beforeEach(async () => {
    sides = [await aSide(), await aSide()]
  })
  afterAll(() => drop())
  const { aSide, ask, text, ring, endOf, end, contactOf, merge, erase, traces } = contactDeeds(
    () => ({ url, db }),
  )

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

  test('a request to dial, repeated while its customer is being erased, dials nobody', async () => {
    const [side] = sides
    await sql(
      url,
      "update orgline.phone_numbers set elevenlabs_phone_id = 'x' where phone_number = $1",
      [side.line],
    )
    const request = aCallRequest({ organizationId: side.id, to: '+16045557299' })
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

  test('an erased contact, on the do-not-call list and in a notification of no organization, is on the list without a reason, and in no notification', async () => {
    const [side] = sides
    const customer = aNumber()
    const subject = randomUUID()
    await text(side, customer, 'hello')
    await ask('add_do_not_call', side, { phoneNumber: customer, reason: 'Ms Lee moved' })
    await sql(
      url,
      `insert into orgline.admin_notifications (type, subject, facts) values ('sms_routing_failed', $1, $2)`,
      [subject, { cause: 'unknown_number', customer }],
    )

    await erase(side, await contactOf(side, customer))

    expect(
      await sql(url, 'select reason from orgline.do_not_call where phone_number = $1', [customer]),
    ).toEqual([{ reason: null }])
    expect(
      await sql(url, 'select facts from orgline.admin_notifications where subject = $1', [subject]),
    ).toEqual([{ facts: { cause: 'unknown_number', customer: '(erased)' } }])
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
    const retried = [1, 2].map(() => db.rpc('retry_deferred_event', {}, Json))
    await waitsForLock(2)

    await eraser.run('select public.delete_contact($1, $2, $3)', [OPERATOR, side.id, id])
    await eraser.commit()

    expect(await Promise.all(retried)).toEqual([{ result: 'applied' }, { result: 'applied' }])
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
      ask('begin_message', side, { ...aText({ organizationId: side.id, to: customer }), id })
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
    const key = { owner: 'admin:a', key: randomUUID() }
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
