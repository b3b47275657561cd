import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createDatabase, type Database, pageSchema } from '../../src/platform/db.ts'
import { cloneDatabase, sql } from '../support/database.ts'
import { aHolding, aMember, aNumber, anOrganization, aPhoneNumber } from '../support/rows.ts'

const Reply = z.looseObject({})

interface Line {
  organizationId: string
  number: string
  phoneNumberId: string
}

describe('texts, in the database', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase())
    db = createDatabase({ kind: 'postgres', url, timeoutMs: 5_000, poolSize: 4, onError: () => {} })
  })
  afterAll(async () => {
    await db.close()
    await drop()
  })

  async function aLine(organizationId?: string, fields: object = {}): Promise<Line> {
    const owner = organizationId ?? (await anOrganization(url))
    const number = aNumber()
    const phoneNumberId = await aPhoneNumber(url, {
      phone_number: number,
      status: 'assigned',
      sms_status: 'ready',
      ...fields,
    })
    await aHolding(url, owner, phoneNumberId, { is_active: true })
    return { organizationId: owner, number, phoneNumberId }
  }

  const begin = (line: Line, to: string, more: object = {}) =>
    db.rpc(
      'begin_message',
      {
        p_id: randomUUID(),
        p_user_id: null,
        p_organization_id: line.organizationId,
        p_to: to,
        p_body: 'Hello',
        p_media: [],
        p_segments: 1,
        p_lead_id: null,
        p_request_id: 'test',
        p_look_ms: 60_000,
        ...more,
      },
      z.object({
        send: z.boolean(),
        message: z.looseObject({ id: z.string(), from: z.string(), status: z.string() }),
      }),
    )

  const receive = (line: Line, from: string, keyword: string | null, sid = `SM${randomUUID()}`) =>
    db.rpc(
      'receive_message',
      {
        p_provider_message_id: sid,
        p_from: from,
        p_to: line.number,
        p_customer: from,
        p_body: keyword ?? 'Hello',
        p_media: [],
        p_segments: 1,
        p_request_id: 'test',
        p_keyword: keyword,
      },
      z.looseObject({ result: z.string() }),
    )

  const told = (sid: string, status: string, code: string | null = null) => ({
    p_sid: sid,
    p_status: status,
    p_error_code: code,
    p_reason: code && `reason of ${code}`,
  })
  const recordSent = (id: string, sid: string) =>
    db.rpc('record_message_sent', { p_id: id, ...told(sid, 'queued') }, Reply)
  const recordStatus = (id: string | null, sid: string, status: string, code?: string) =>
    db.rpc(
      'record_message_status',
      { p_message_id: id, ...told(sid, status, code ?? null) },
      z.looseObject({ result: z.string() }),
    )
  const rowOf = async (id: string) => {
    const rows = await sql(
      url,
      'select status, provider_message_id, error_code, failure_reason, look_at from messages where id = $1',
      [id],
    )
    return rows[0]
  }

  test('a STOP to one number: holds for all numbers of that organization, and for no other', async () => {
    const first = await aLine()
    const other = await aLine()
    const customer = aNumber()
    await receive(first, customer, 'stop')
    const second = await aLine(first.organizationId)

    await expect(begin(first, customer)).rejects.toMatchObject({ code: 'opted_out' })
    await expect(begin(second, customer)).rejects.toMatchObject({ code: 'opted_out' })
    expect(await begin(other, customer)).toMatchObject({ send: true })
  })

  test('a START to another number than the STOP: lifts it', async () => {
    const first = await aLine()
    const second = await aLine(first.organizationId)
    const customer = aNumber()
    await receive(first, customer, 'stop')

    await receive(second, customer, 'start')

    expect(await begin(first, customer)).toMatchObject({ send: true })
  })

  test('a STOP delivered again after a START: is the same STOP, and stays lifted', async () => {
    const line = await aLine()
    const customer = aNumber()
    const sid = `SM${randomUUID()}`
    await receive(line, customer, 'stop', sid)
    await receive(line, customer, 'start')

    expect(await receive(line, customer, 'stop', sid)).toEqual({ result: 'duplicate' })

    expect(await begin(line, customer)).toMatchObject({ send: true })
  })

  test('a STOP to a number in quarantine: is kept for whoever held it, though the text is not', async () => {
    const line = await aLine()
    const rest = await aLine(line.organizationId)
    const customer = aNumber()
    await db.rpc(
      'release_phone_number',
      {
        p_user_id: null,
        p_organization_id: line.organizationId,
        p_phone_number: line.number,
        p_quarantine_days: 14,
      },
      Reply,
    )

    expect(await receive(line, customer, 'stop')).toEqual({ result: 'unknown_number' })

    await expect(begin(rest, customer)).rejects.toMatchObject({ code: 'opted_out' })
  })

  test('a refusal with 21610: opts the customer out', async () => {
    const line = await aLine()
    const customer = aNumber()
    const { message } = await begin(line, customer)

    await db.rpc(
      'record_message_not_sent',
      {
        p_id: message.id,
        p_status: 'failed',
        p_error_code: '21610',
        p_reason: 'no',
        p_look_ms: 1,
      },
      Reply,
    )

    await expect(begin(line, customer)).rejects.toMatchObject({ code: 'opted_out' })
  })

  test('an organization without a live number: has none to text from', async () => {
    const organizationId = await anOrganization(url)
    const phoneNumberId = await aPhoneNumber(url, { status: 'imported', sms_status: 'ready' })
    await aHolding(url, organizationId, phoneNumberId)
    const line = { organizationId, number: '', phoneNumberId }

    await expect(begin(line, aNumber())).rejects.toMatchObject({ code: 'no_sms_number' })
  })

  test.each(['needs_registration', 'pending', 'unsupported'])(
    'a number whose sms_status is %s: cannot text, and says why',
    async (sms_status) => {
      const line = await aLine(undefined, { sms_status })

      await expect(begin(line, aNumber())).rejects.toMatchObject({
        code: 'sms_not_ready',
        message: expect.stringMatching(/\+\d+ cannot send texts: .{20}/),
      })
    },
  )

  test('a suspended organization: cannot text', async () => {
    const line = await aLine()
    await sql(url, "update organizations set status = 'suspended' where id = $1", [
      line.organizationId,
    ])

    await expect(begin(line, aNumber())).rejects.toMatchObject({ code: 'organization_suspended' })
  })

  test('a text to a number of its own: is refused', async () => {
    const line = await aLine()

    await expect(begin(line, line.number)).rejects.toMatchObject({ code: 'message_to_self' })
  })

  test('the same request at once from two servers: is sent by one of them', async () => {
    const line = await aLine()
    const customer = aNumber()
    const p_id = randomUUID()

    const begun = await Promise.all([0, 1, 2].map(() => begin(line, customer, { p_id })))

    expect(begun.filter(({ send }) => send)).toHaveLength(1)
  })

  test("another organization's request under the same id: neither sends nor shows its text", async () => {
    const line = await aLine()
    const other = await aLine()
    const { message } = await begin(line, aNumber())

    const stolen = begin(other, aNumber(), { p_id: message.id })

    await expect(stolen).rejects.toMatchObject({ status: expect.any(Number) })
  })

  test('statuses of one text: in any order, repeated, before and after the answer, end the same', async () => {
    const line = await aLine()
    const customer = aNumber()
    const failed = [['sending'], ['sent'], ['undelivered', '30007']] as const
    const delivered = [['queued'], ['sending'], ['sent'], ['delivered']] as const
    type Step = readonly [status: string, code?: string] | 'answer'
    const schedule = fc
      .constantFrom<readonly Step[]>(['answer', ...failed], ['answer', ...delivered])
      .chain((steps) =>
        fc.record({
          steps: fc
            .shuffledSubarray([...steps, ...steps.filter((step) => step !== 'answer')], {
              minLength: steps.length * 2 - 1,
            })
            .map((all) => all as Step[]),
          isNamed: fc.boolean(),
          last: fc.constant(steps.at(-1)),
        }),
      )
    await fc.assert(
      fc.asyncProperty(schedule, async ({ steps, isNamed, last }) => {
        const { message } = await begin(line, customer)
        const sid = `SM${randomUUID()}`

        for (const step of steps) {
          if (step === 'answer') await recordSent(message.id, sid)
          else await recordStatus(isNamed ? message.id : null, sid, step[0], step[1])
        }

        const [status, code = null] = last as readonly [string, string?]
        expect(await rowOf(message.id)).toEqual({
          status,
          provider_message_id: sid,
          error_code: code,
          failure_reason: code && `reason of ${code}`,
          look_at: null,
        })
      }),
      { numRuns: 60 },
    )
    expect(await sql(url, "select 1 from webhook_events where kind = 'message'")).toEqual([])
  })

  test('a status told while the answer is recorded: is not lost between the two', async () => {
    const line = await aLine()
    const { message } = await begin(line, aNumber())
    const sid = `SM${randomUUID()}`

    await Promise.all([recordSent(message.id, sid), recordStatus(null, sid, 'delivered')])

    expect(await rowOf(message.id)).toMatchObject({ status: 'delivered' })
  })

  test('two equal texts in doubt, both found: become two of the carrier, not one', async () => {
    const line = await aLine()
    const customer = aNumber()
    const texts = await Promise.all([begin(line, customer), begin(line, customer)])
    const candidates = [1, 2].map(() => ({ sid: `SM${randomUUID()}`, status: 'sent' }))

    await Promise.all(
      texts.map(({ message }) =>
        db.rpc('record_message_found', { p_id: message.id, p_candidates: candidates }, Reply),
      ),
    )

    const rows = await Promise.all(texts.map(({ message }) => rowOf(message.id)))
    expect(rows.map((row) => row?.provider_message_id).toSorted()).toEqual(
      candidates.map(({ sid }) => sid).toSorted(),
    )
  })

  test('the list: gives each text once, newest first, to members alone', async () => {
    const line = await aLine()
    const other = await aLine()
    await receive(other, aNumber(), null)
    for (let count = 0; count < 5; count += 1) await begin(line, aNumber())
    const member = await aMember(url, line.organizationId)
    const page = (userId: string, cursor: string | null, more: object = {}) =>
      db.rpc(
        'list_messages',
        {
          p_user_id: userId,
          p_organization_id: line.organizationId,
          p_direction: null,
          p_status: null,
          p_contact_id: null,
          p_from: null,
          p_to: null,
          p_limit: 3,
          p_cursor: cursor,
          ...more,
        },
        pageSchema(z.looseObject({ id: z.string() })),
      )

    const first = await page(member, null)
    const second = await page(member, first.next_cursor)

    const ids = [...first.rows, ...second.rows].map(({ id }) => id)
    expect([ids.length, new Set(ids).size, second.next_cursor]).toEqual([5, 5, null])
    expect((await page(member, null, { p_direction: 'inbound' })).rows).toEqual([])
    expect((await page(member, null, { p_to: '2020-01-01T00:00:00Z' })).rows).toEqual([])
    await expect(page(randomUUID(), null)).rejects.toMatchObject({ code: 'organization_not_found' })
  })
})
