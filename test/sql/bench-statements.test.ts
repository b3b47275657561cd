import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { enterCustomers } from '../../bench/faults/member.ts'
import { insertCopies } from '../../bench/flows/more-numbers.ts'
import { fillPool } from '../../bench/flows/sign-up.ts'
import { fill } from '../../bench/growth/fill.ts'
import { argumentsOf, type Call } from '../../bench/references/functions.ts'
import { callByPg } from '../../bench/references/pg.ts'
import { callBySixQueries } from '../../bench/references/seeds.ts'
import { callBySupabase } from '../../bench/references/supabase.ts'
import { CALLED } from '../../bench/work/outbound-call.ts'
import { CUSTOMERS, insertCustomers } from '../../bench/world/lines.ts'
import { openRowCounter } from '../../bench/world/rows.ts'
import { cloneDatabase, sql } from '../support/database.ts'
import { unguarded } from '../support/outbound.ts'

/** What `fill` calls an organization's number, and one of its customers. */
const LINE = '+1200000000001'
const CUSTOMER = '+1500000000001'
const TO_CALL = '+16045550123'

describe('what the bench asks a database', () => {
  let url: string
  let drop: () => Promise<void>
  let client: Client
  let organizationId: string
  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase())
    client = new Client({ connectionString: url })
    await client.connect()
    await fill(client, { organizations: 3, hotTexts: 10, hotContacts: 2, pool: 3 })
    const [organization] = await sql<{ id: string }>(
      url,
      `select organization_id as id from organization_phone_numbers h
       join phone_numbers p on p.id = h.phone_number_id where p.phone_number = $1`,
      [LINE],
    )
    organizationId = organization?.id ?? ''
  })
  afterAll(async () => {
    await client.end()
    await drop()
  })

  /** What a reference asks for each webhook and each call that it makes. */
  const asks: Record<keyof typeof argumentsOf, (call: Call) => Promise<unknown>> = {
    initiation: (call) =>
      call(
        'begin_inbound_call',
        argumentsOf.initiation({
          call_sid: `CA${randomUUID()}`,
          caller_id: CUSTOMER,
          called_number: LINE,
          agent_id: 'agent_bench',
        }),
      ),
    text: (call) =>
      call(
        'receive_message',
        argumentsOf.text({
          MessageSid: `SM${randomUUID()}`,
          From: CUSTOMER,
          To: LINE,
          Body: 'Hello',
          NumSegments: '1',
        }),
      ),
    call: (call) =>
      call(
        'begin_voice_call',
        argumentsOf.call({ CallSid: `CA${randomUUID()}`, From: CUSTOMER, To: LINE }),
      ),
    outbound: (call) => begun(call).then(({ answer }) => answer),
    dialed: async (call) => {
      const { id } = await begun(call)
      const ids = { conversation_id: `conv_${id}`, callSid: `CA${id}` }
      return call('record_outbound_call', argumentsOf.dialed(id, ids))
    },
  }

  const begun = async (call: Call) => {
    const id = randomUUID()
    const wanted = { organizationId, phoneNumber: TO_CALL }
    await sql(url, "update calls set status = 'failed' where to_number = $1", [TO_CALL])
    return {
      id,
      answer: await call('begin_outbound_call', argumentsOf.outbound(wanted, id, unguarded)),
    }
  }
  /** What shows that it was done. */
  const said: Record<keyof typeof argumentsOf, object> = {
    initiation: { organization: { id: expect.anything() } },
    text: { result: 'stored' },
    call: { organization: { id: expect.anything() } },
    outbound: { dial: true },
    dialed: { call: { status: 'in-progress' } },
  }

  const ways = { 'node-postgres': callByPg, 'supabase-js': callBySupabase }
  test.each(
    Object.entries(ways).flatMap(([way, open]) =>
      (Object.keys(argumentsOf) as (keyof typeof argumentsOf)[]).map((what) => ({
        way,
        open,
        what,
      })),
    ),
  )('$what, by a reference through $way, is done as by the product', async ({ open, what }) => {
    const { call, close } = open(url, 1)
    try {
      expect(await asks[what](call)).toMatchObject(said[what])
    } finally {
      await close()
    }
  })

  test('conversation-initiation, by six queries, is done as by the product', async () => {
    const { call, close } = callBySixQueries(url, 1)
    try {
      expect(await asks.initiation(call)).toMatchObject({
        organization: { id: organizationId },
        history: { exchanges: expect.any(Array) },
      })
    } finally {
      await close()
    }
  })

  test('numbers like one of the pool, added, are as many more that can be given away', async () => {
    const before = await configured()
    const added = [1, 2].map((n) => ({
      phone_number: `+121255520${n}0`,
      twilio_phone_sid: `PNcopy${n}`,
      elevenlabs_phone_id: `phnum_copy${n}`,
    }))

    await insertCopies(client, '+1900000000001', added)

    expect(await configured()).toBe(before + 2)
  })

  test('a pool, filled, has exactly the numbers that it says', async () => {
    await fillPool(url, 7)

    expect(await configured()).toBe(7)
  })

  test('customers of a line, entered, are those who are called, and some have ten texts each', async () => {
    const count = async () =>
      (
        await sql(
          url,
          `select count(distinct c.id)::int as contacts, count(m.id)::int as texts from contacts c
           left join messages m on m.contact_id = c.id where c.phone_number like '+17782%'`,
        )
      )[0]

    await insertCustomers(client, [LINE])

    expect(await count()).toEqual({ contacts: CALLED, texts: CUSTOMERS * 10 })
  })

  test('many customers of a member, entered, are as many', async () => {
    const count = async () =>
      (
        await sql<{ count: number }>(
          url,
          'select count(*)::int from contacts where organization_id = $1',
          [organizationId],
        )
      )[0]?.count ?? 0
    const before = await count()

    await enterCustomers(url, organizationId, 5)

    expect(await count()).toBe(before + 5)
  })

  test.each(['calls', 'messages'] as const)(
    'the rows of %s, counted, are a number',
    async (table) => {
      const counter = await openRowCounter(url)
      try {
        expect(await counter.count(table)).toBeGreaterThan(0)
      } finally {
        await counter.close()
      }
    },
  )

  const configured = async () =>
    (
      await sql<{ count: number }>(
        url,
        "select count(*)::int from phone_numbers where status = 'configured'",
      )
    )[0]?.count ?? 0
})
