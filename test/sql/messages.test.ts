import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Database, pageSchema } from '../../src/database/db.ts'
import { OPERATOR, userActor } from '../support/actors.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { aText } from '../support/outbound.ts'
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
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 60_000, poolSize: 4 }))
  })
  afterAll(() => drop())

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
      { ...aText({ organizationId: line.organizationId, to }), ...more },
      z.object({
        send: z.boolean(),
        message: z.looseObject({ id: z.string(), from: z.string(), status: z.string() }),
      }),
    )

  const receive = (line: Line, from: string, keyword: string | null, sid = `SM${randomUUID()}`) =>
    db.rpc(
      'receive_message',
      {
        providerMessageId: sid,
        from,
        to: line.number,
        customer: from,
        body: keyword ?? 'Hello',
        media: [],
        segments: 1,
        requestId: 'test',
        keyword,
      },
      z.looseObject({ result: z.string() }),
    )

  const reported = (sid: string, status: string, failure: string | null = null) => ({
    sid,
    status,
    errorCode: failure && "the carrier's own",
    failure,
    reason: failure && `reason of ${failure}`,
  })
  const recordSent = (id: string, sid: string) =>
    db.rpc('record_message_sent', { id, ...reported(sid, 'queued') }, Reply)
  const recordNotSent = (id: string, status: string, failure: string | null) =>
    db.rpc(
      'record_message_not_sent',
      { id, status, errorCode: null, failure, reason: 'no', pollMs: 1 },
      Reply,
    )
  const recordStatus = (id: string | null, sid: string, status: string, failure?: string) =>
    db.rpc(
      'record_message_status',
      { messageId: id, ...reported(sid, status, failure ?? null) },
      z.looseObject({ result: z.string() }),
    )
  const rowOf = async (id: string) => {
    const rows = await sql(
      url,
      'select status, provider_message_id, error_code, failure_reason, poll_at from messages where id = $1',
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

    const refusal = { code: 'opted_out', message: expect.stringContaining(`to ${first.number}`) }
    await expect(begin(first, customer)).rejects.toMatchObject(refusal)
    await expect(begin(second, customer)).rejects.toMatchObject(refusal)
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
      'quarantine_phone_number',
      {
        actor: OPERATOR,
        organizationId: line.organizationId,
        phoneNumber: line.number,
        quarantineDays: 14,
      },
      Reply,
    )

    expect(await receive(line, customer, 'stop')).toEqual({ result: 'unknown_number' })

    await expect(begin(rest, customer)).rejects.toMatchObject({
      code: 'opted_out',
      message: expect.stringContaining(`to ${rest.number}`),
    })
  })

  test('a refusal for an opt-out: opts the customer out', async () => {
    const line = await aLine()
    const customer = aNumber()
    const { message } = await begin(line, customer)

    await recordNotSent(message.id, 'failed', 'opted_out')

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

  const anAmerican = () => aLine(undefined, { country: 'US' })
  /** A text that the carrier refused for the registration of its number. */
  async function refuse(line: Line, failure: string, begun = begin(line, aNumber())) {
    const { message } = await begun
    const sid = `SM${randomUUID()}`
    await recordSent(message.id, sid)
    await recordStatus(null, sid, 'undelivered', failure)
  }
  const claimService = () =>
    db.rpc('claim_service_to_check', { dueBy: null, againMs: 60_000, usSmsStatus: 'ready' }, Reply)
  const texting = async ({ phoneNumberId }: Line) => {
    const columns = 'sms_status, sms_error, messaging_service_joined as joined'
    return (
      await sql(url, `select ${columns} from phone_numbers where id = $1`, [phoneNumberId])
    )[0]
  }

  test.each([
    ['unregistered', 'needs_registration', '1 day'],
    ['registration_pending', 'pending', '1 hour'],
  ])(
    'a text that ends with %s: makes its US number %s, with the reason, for %s',
    async (failure, status, time) => {
      const line = await anAmerican()
      await sql(
        url,
        "update phone_numbers set messaging_service_sid = 'MG1', messaging_service_joined = true where id = $1",
        [line.phoneNumberId],
      )

      await refuse(line, failure)

      const error = `reason of ${failure}`
      expect(await texting(line)).toEqual({ sms_status: status, sms_error: error, joined: false })
      await expect(begin(line, aNumber())).rejects.toMatchObject({
        code: 'sms_not_ready',
        message: expect.not.stringContaining(error),
        forOperators: expect.stringContaining(error),
      })
      const facts = "facts ->> 'error' as error, facts ->> 'error_code' as code"
      expect(
        await sql(url, `select ${facts} from admin_notifications where phone_number = $1`, [
          line.number,
        ]),
      ).toEqual(failure === 'unregistered' ? [{ error, code: "the carrier's own" }] : [])
      await sql(url, 'update phone_numbers set messaging_service_sid = null where id = $1', [
        line.phoneNumberId,
      ])
      const wait = `update phone_numbers set sms_hold_until = sms_hold_until - $2::interval where id = $1`
      await sql(url, wait, [line.phoneNumberId, '59 minutes'])
      await claimService()
      expect(await texting(line)).toMatchObject({ sms_status: status })
      await sql(url, wait, [line.phoneNumberId, time])
      await claimService()
      expect(await texting(line)).toEqual({ sms_status: 'ready', sms_error: null, joined: false })
      expect(
        await sql(
          url,
          "select 1 from admin_notifications where status = 'pending' and phone_number = $1",
          [line.number],
        ),
      ).toEqual([])
    },
  )

  test('a refusal of a text older than the last one, and one of a Canadian number: change nothing', async () => {
    const [american, canadian] = [await anAmerican(), await aLine()]
    const older = await begin(american, aNumber())
    await refuse(american, 'unregistered')
    await sql(url, 'update phone_numbers set sms_hold_until = now() where id = $1', [
      american.phoneNumberId,
    ])
    await claimService()

    await refuse(american, 'unregistered', Promise.resolve(older))
    await refuse(canadian, 'unregistered')

    const ready = { sms_status: 'ready', sms_error: null, joined: false }
    expect([await texting(american), await texting(canadian)]).toEqual([ready, ready])
  })

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
    const id = randomUUID()

    const begun = await Promise.all([0, 1, 2].map(() => begin(line, customer, { id })))

    expect(begun.filter(({ send }) => send)).toHaveLength(1)
  })

  test("another organization's request under the same id: neither sends nor shows its text", async () => {
    const line = await aLine()
    const other = await aLine()
    const { message } = await begin(line, aNumber())

    const stolen = begin(other, aNumber(), { id: message.id })

    await expect(stolen).rejects.toMatchObject({ code: 'message_not_found' })
  })

  test('statuses of one text: in any order, repeated, before and after the answer, end the same', async () => {
    const line = await aLine()
    const customer = aNumber()
    const failed = [['sending'], ['sent'], ['undelivered', 'filtered']] as const
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

        const [status, failure = null] = last as readonly [string, string?]
        expect(await rowOf(message.id)).toEqual({
          status,
          provider_message_id: sid,
          error_code: failure && "the carrier's own",
          failure_reason: failure && `reason of ${failure}`,
          poll_at: null,
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

  /** What is left of a text and of its customer. */
  const leftOf = (id: string, customer: string) =>
    sql(
      url,
      `select 'message' as what from messages where id = $1 or to_number = $2
       union all select 'contact' from contacts where phone_number = $2
       union all select 'event' from webhook_events where kind = 'message'`,
      [id, customer],
    )
  async function eraseContactOf(line: Line, customer: string) {
    const [contact] = await sql<{ id: string }>(
      url,
      'select id from contacts where organization_id = $1 and phone_number = $2',
      [line.organizationId, customer],
    )
    const asked = { actor: OPERATOR, organizationId: line.organizationId }
    await db.rpc('delete_contact', { ...asked, contactId: contact?.id ?? null }, Reply)
  }

  test.each([
    ['was sent', recordSent],
    ['was refused', (id: string) => recordNotSent(id, 'failed', 'opted_out')],
    ['may have been sent', (id: string) => recordNotSent(id, 'unknown', null)],
  ])(
    'a text that %s, its contact erased meanwhile: is told to be gone, and so are its statuses',
    async (_what, record) => {
      const line = await aLine()
      const customer = aNumber()
      const { message } = await begin(line, customer)
      const sid = `SM${randomUUID()}`
      await recordStatus(null, sid, 'sending')
      await eraseContactOf(line, customer)

      const recorded = await record(message.id, sid)
      const named = await recordStatus(message.id, sid, 'sent')
      const unnamed = await recordStatus(null, sid, 'delivered')

      expect(recorded).toEqual({ message: null })
      expect([named, unnamed]).toEqual([{ result: 'duplicate' }, { result: 'duplicate' }])
      expect(await leftOf(message.id, customer)).toEqual([])
    },
  )

  test('a text in doubt, found when its contact was erased: brings nothing of it back', async () => {
    const line = await aLine()
    const customer = aNumber()
    const { message } = await begin(line, customer)
    const sid = `SM${randomUUID()}`
    await eraseContactOf(line, customer)

    const candidates = [{ sid, status: 'sent' }]
    await db.rpc('record_message_found', { id: message.id, candidates }, Reply)
    const counted = await db.rpc('count_message_poll', { id: message.id, maxPolls: 1 }, Reply)

    expect(counted).toEqual({ status: null })
    expect(await recordStatus(null, sid, 'delivered')).toEqual({ result: 'duplicate' })
    expect(await leftOf(message.id, customer)).toEqual([])
  })

  test('an opt-out told before the text has its SID, of a number merged away: opts out that number', async () => {
    const line = await aLine()
    const [kept, gone] = [aNumber(), aNumber()]
    await receive(line, kept, null)
    const { message } = await begin(line, gone)
    const sid = `SM${randomUUID()}`
    expect(await recordStatus(null, sid, 'failed', 'opted_out')).toEqual({ result: 'deferred' })
    await sql(
      url,
      `with k as (select id from contacts where phone_number = $1)
       select merge_contacts($4, $3, k.id, g.id) from k, contacts g where g.phone_number = $2`,
      [kept, gone, line.organizationId, OPERATOR],
    )

    await recordSent(message.id, sid)

    expect(await rowOf(message.id)).toMatchObject({
      status: 'failed',
      error_code: "the carrier's own",
    })
    await expect(begin(line, gone)).rejects.toMatchObject({ code: 'opted_out' })
    expect(await begin(line, kept)).toMatchObject({ send: true })
  })

  test('an opt-out told again after a START: is the same one, and stays lifted', async () => {
    const line = await aLine()
    const customer = aNumber()
    const { message } = await begin(line, customer)
    const sid = `SM${randomUUID()}`
    await recordSent(message.id, sid)
    await recordStatus(message.id, sid, 'failed', 'opted_out')
    await receive(line, customer, 'start')

    expect(await recordStatus(message.id, sid, 'failed', 'opted_out')).toEqual({
      result: 'duplicate',
    })

    expect(await begin(line, customer)).toMatchObject({ send: true })
  })

  test('an opt-out told late, after the START that followed it: does not undo it', async () => {
    const line = await aLine()
    const customer = aNumber()
    const { message } = await begin(line, customer)
    const sid = `SM${randomUUID()}`
    await recordSent(message.id, sid)
    await receive(line, customer, 'start')

    await recordStatus(message.id, sid, 'failed', 'opted_out')

    expect(await rowOf(message.id)).toMatchObject({
      status: 'failed',
      error_code: "the carrier's own",
    })
    expect(await begin(line, customer)).toMatchObject({ send: true })
  })

  test.each(['before', 'after'])(
    "a STOP that comes %s a refusal: is recorded in the customer's own word",
    async (when) => {
      const line = await aLine()
      const customer = aNumber()
      const { message } = await begin(line, customer)
      const sid = `SM${randomUUID()}`
      await recordSent(message.id, sid)

      if (when === 'before') await receive(line, customer, 'stop')
      await recordStatus(message.id, sid, 'failed', 'opted_out')
      if (when === 'after') await receive(line, customer, 'stop')

      expect(
        await sql(url, 'select word from opt_outs where phone_number = $1', [customer]),
      ).toEqual([{ word: 'stop' }])
    },
  )

  test('two equal texts in doubt, both found: become two of the carrier, not one', async () => {
    const line = await aLine()
    const customer = aNumber()
    const texts = await Promise.all([begin(line, customer), begin(line, customer)])
    const candidates = [1, 2].map(() => ({ sid: `SM${randomUUID()}`, status: 'sent' }))

    await Promise.all(
      texts.map(({ message }) =>
        db.rpc('record_message_found', { id: message.id, candidates }, Reply),
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
    const page = (memberId: string, cursor: string | null, more: object = {}) =>
      db.rpc(
        'list_messages',
        {
          actor: userActor(memberId),
          organizationId: line.organizationId,
          direction: null,
          status: null,
          contactId: null,
          from: null,
          to: null,
          limit: 3,
          cursor,
          ...more,
        },
        pageSchema(z.looseObject({ id: z.string() })),
      )

    const first = await page(member, null)
    const second = await page(member, first.next_cursor)

    const ids = [...first.rows, ...second.rows].map(({ id }) => id)
    expect([ids.length, new Set(ids).size, second.next_cursor]).toEqual([5, 5, null])
    expect((await page(member, null, { direction: 'inbound' })).rows).toEqual([])
    expect((await page(member, null, { to: '2020-01-01T00:00:00Z' })).rows).toEqual([])
    await expect(page(randomUUID(), null)).rejects.toMatchObject({ code: 'organization_not_found' })
  })
})
