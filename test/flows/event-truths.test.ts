import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { cloneWithDoor, sql } from '../support/database.ts'
import {
  aCall,
  aHolding,
  aMessage,
  aNumber,
  anOrganization,
  aPhoneNumber,
} from '../support/rows.ts'

describe('events of what is told late, twice, or after erasing', () => {
  let url: string
  let clone: Awaited<ReturnType<typeof cloneWithDoor>>
  beforeAll(async () => {
    clone = await cloneWithDoor({ timeoutMs: 30_000, poolSize: 2 })
    url = clone.url
  })
  afterAll(() => clone.drop())

  async function aLine() {
    const organizationId = await anOrganization(url)
    const number = aNumber()
    const bought_at = new Date(Date.now() - 7_200_000)
    const phoneNumberId = await aPhoneNumber(url, {
      status: 'assigned',
      phone_number: number,
      bought_at,
    })
    const holdingId = await aHolding(url, organizationId, phoneNumberId, {
      is_active: true,
      assigned_at: bought_at,
    })
    return { organizationId, number, phoneNumberId, holdingId, contactId: null }
  }
  type Line = Awaited<ReturnType<typeof aLine>>

  /** `ago`: caught up; null: it comes now. */
  const text = ({ number }: Line, from: string, keyword: string | null, ago: string | null) =>
    sql(
      url,
      `select public.receive_message($1, $2, $3, $2, coalesce($4, 'Hello'), '[]', 1, null, $4, now() - $5::interval)`,
      [`SM${randomUUID()}`, from, number, keyword, ago],
    )
  const events = ({ organizationId }: Line) =>
    sql<{ type: string; is_late: boolean; facts: { id?: string; opted_out?: boolean } }>(
      url,
      `select type, is_late, facts from orgline.events
       where organization_id = $1 and type not like 'number.%' and type not like 'organization.%' order by position`,
      [organizationId],
    )
  const erase = ({ organizationId }: Line, phoneNumber: string) =>
    sql(
      url,
      'select private.erase_contact(c, null) from orgline.contacts c where organization_id = $1 and phone_number = $2',
      [organizationId, phoneNumber],
    )
  const numbersReported = async (line: Line, phoneNumber: string) =>
    (await events(line)).filter(({ facts }) => JSON.stringify(facts).includes(phoneNumber))

  test('a STOP of somebody new, and a START, caught up an hour later, are late in all they change', async () => {
    const [line, customer] = [await aLine(), aNumber()]

    await text(line, customer, 'stop', '60 minutes')
    await text(line, customer, 'start', '30 minutes')

    expect(await events(line)).toMatchObject([
      { type: 'contact.created', is_late: true },
      { type: 'message.received', is_late: true },
      { type: 'opt_out.changed', is_late: true, facts: { opted_out: true } },
      { type: 'message.received', is_late: true },
      { type: 'opt_out.changed', is_late: true, facts: { opted_out: false } },
    ])
  })

  test('a START of now, after a STOP of an hour ago, is not late', async () => {
    const [line, customer] = [await aLine(), aNumber()]
    await text(line, customer, 'stop', '60 minutes')

    await text(line, customer, 'start', null)

    expect((await events(line)).at(-1)).toMatchObject({
      type: 'opt_out.changed',
      is_late: false,
      facts: { opted_out: false },
    })
  })

  test.each([
    ['by polling, long after it was sent', true, '1 hour', true],
    ['by polling, soon after it was sent', true, '1 minute', false],
    ['by a webhook, long after it was sent', false, '1 hour', false],
  ])('the end of a text, told %s, is late or not', async (_, isPolled, ago, isLate) => {
    const line = await aLine()
    const sid = `SM${randomUUID()}`
    const id = await aMessage(url, line, {
      direction: 'outbound',
      status: 'sent',
      provider_message_id: sid,
    })
    await sql(url, 'update orgline.messages set created_at = now() - $2::interval where id = $1', [
      id,
      ago,
    ])

    await sql(
      url,
      "select public.record_message_status($1, $2, 'delivered', null, null, null, $3)",
      [id, sid, isPolled],
    )

    expect(await events(line)).toMatchObject([{ type: 'message.delivered', is_late: isLate }])
  })

  test.each([
    [
      'a call, of hours ago, that polling gives up, has failed late',
      { direction: 'inbound', status: 'in-progress' },
      "select public.stop_polling_call($1, false, 'server', null, null)",
      [{ type: 'call.failed', is_late: true }],
    ],
    [
      'a message on tape, of a call of hours ago whose end nobody knows, is late',
      { direction: 'inbound', status: 'in-progress' },
      "update orgline.calls set recording_url = 'https://api.example.com/RE1' where id = $1",
      [{ type: 'voicemail.received', is_late: true }],
    ],
    [
      'a call, asked for hours ago and dialled now, begins in time',
      { direction: 'outbound', status: 'initiating', dialled_at: new Date() },
      "update orgline.calls set status = 'in-progress' where id = $1",
      [{ type: 'call.started', is_late: false }],
    ],
  ])('%s', async (_, columns, change, expected) => {
    const line = await aLine()
    const id = await aCall(url, line, { provider_call_id: `CA${randomUUID()}`, ...columns })
    await sql(
      url,
      "update orgline.calls set created_at = now() - interval '5 hours', poll_at = now() where id = $1",
      [id],
    )
    const before = (await events(line)).length

    await sql(url, change, [id])

    expect((await events(line)).slice(before)).toMatchObject(expected)
  })

  test('a text, of hours ago, that nobody knows of at the last poll, has failed late', async () => {
    const line = await aLine()
    const id = await aMessage(url, line, { direction: 'outbound', status: 'unknown' })
    await sql(
      url,
      "update orgline.messages set created_at = now() - interval '5 hours', poll_at = now() where id = $1",
      [id],
    )

    await sql(url, 'select public.count_message_poll($1, 1)', [id])

    expect(await events(line)).toMatchObject([{ type: 'message.failed', is_late: true }])
  })

  test.each(['stop', 'start'])(
    'a %s to a number that was given up, told while its sender is being erased, says nobody’s number',
    async (keyword) => {
      const [line, customer] = [await aLine(), aNumber()]
      await text(line, customer, keyword === 'start' ? 'stop' : null, null)
      await sql(
        url,
        'update orgline.organization_phone_numbers set is_active = false, ended_at = now() where id = $1',
        [line.holdingId],
      )
      const client = new Client({ connectionString: url })
      await client.connect()
      onTestFinished(() => client.end())
      await client.query('begin')
      await client.query(
        "select public.receive_message($1, $2, $3, $2, $4, '[]', 1, null, $4, null)",
        [`SM${randomUUID()}`, customer, line.number, keyword],
      )

      const erased = erase(line, customer)
      await expectWaiting(erased)
      await client.query('commit')
      await erased

      expect(await numbersReported(line, customer)).toEqual([])
    },
  )

  /** Over, or waiting for a lock. */
  async function expectWaiting(erased: Promise<unknown>) {
    let isOver = false
    void erased.finally(() => {
      isOver = true
    })
    const isWaiting = async () => {
      const waiting = await sql(
        url,
        "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      )
      return isOver || waiting.length > 0
    }
    await expect.poll(isWaiting).toBe(true)
  }

  test('a STOP, sent before its sender was erased and told after that, says nobody’s number', async () => {
    const [line, customer] = [await aLine(), aNumber()]
    await text(line, customer, null, null)
    await erase(line, customer)

    await text(line, customer, 'stop', '1 minute')

    expect(await numbersReported(line, customer)).toEqual([])
    expect(
      await sql(url, 'select phone_number from orgline.opt_outs where phone_number = $1', [
        customer,
      ]),
    ).toEqual([{ phone_number: customer }])
  })

  test('a STOP to a number that was given up, of somebody who is a customer later and erased, is erased, too', async () => {
    const [line, customer] = [await aLine(), aNumber()]
    await sql(
      url,
      'update orgline.organization_phone_numbers set is_active = false, ended_at = now() where id = $1',
      [line.holdingId],
    )
    await text(line, customer, 'stop', null)
    const before = await numbersReported(line, customer)
    await sql(
      url,
      "insert into orgline.contacts (organization_id, phone_number, created_at) values ($1, $2, now() - interval '1 second')",
      [line.organizationId, customer],
    )

    await erase(line, customer)

    expect(before).toMatchObject([{ type: 'opt_out.changed' }])
    expect(await numbersReported(line, customer)).toEqual([])
  })

  test('a call, reported before its request knows the ids, has one end, that of its request', async () => {
    const line = await aLine()
    const ids = { conversation_id: 'conv_truth', provider_call_id: 'CAtruth' }
    const requested = await aCall(url, line, {
      direction: 'outbound',
      status: 'initiating',
      request_id: 'request',
    })
    const reported = await aCall(url, line, { direction: 'outbound', ...ids })
    await sql(url, "update orgline.calls set status = 'completed' where id = $1", [reported])
    const before = await events(line)

    await sql(
      url,
      "select public.record_outbound_call($1, 'in-progress', 'conv_truth', 'CAtruth', null, 1000)",
      [requested],
    )

    const reportedOf = (all: typeof before) => all.map(({ type, facts }) => [type, facts.id])
    expect(reportedOf(before)).toEqual([
      ['call.started', reported],
      ['call.ended', reported],
    ])
    expect(reportedOf(await events(line))).toEqual([['call.ended', requested]])
  })
})
