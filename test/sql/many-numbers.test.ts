import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { cloneDatabase, sql } from '../support/database.ts'
import { aHolding, aMember, anOrganization, aPhoneNumber } from '../support/rows.ts'

const URL = 'https://here.example'
/** More than any step takes at once. */
const MANY = 2_300

describe('of more numbers than one step takes', () => {
  let url: string
  let drop: () => Promise<void>
  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase())
    await sql(
      url,
      `insert into orgline.phone_numbers (phone_number, country, status, twilio_phone_sid, bought_at)
       select '+1212' || (2000000 + n), 'US', 'assigned', 'PN' || n, now() - interval '40 days' from generate_series(1, $1) n`,
      [MANY],
    )
    await sql(
      url,
      `with one as (insert into orgline.organizations (name, slug, email) values ('A', 'a', 'a@example.com') returning id)
       insert into orgline.organization_phone_numbers (organization_id, phone_number_id, is_active, assigned_at)
       select one.id, p.id, true, now() - interval '40 days' from one, orgline.phone_numbers p`,
    )
    await sql(url, 'update orgline.deployment set public_url = $1', [URL])
  })
  afterAll(() => drop())
  beforeEach(async () => {
    await sql(url, 'update orgline.deployment set resync_for = null, resync_after = null')
    await sql(url, 'update orgline.phone_numbers set sync_due_at = null')
  })

  async function call<Reply>(text: string, values: unknown[] = []): Promise<Reply> {
    const [row] = await sql<{ reply: Reply }>(url, `select public.${text} as reply`, values)
    return row?.reply as Reply
  }
  const start = (agent: string) =>
    call<{ due: number }>(`register_server_start('server', $1, '${URL}', null, 500)`, [agent])
  const claim = (agent: string) =>
    call<{ claim: unknown }>(`claim_number_to_sync(60000, 'server', $1, '${URL}')`, [agent])
  const due = async () => {
    const rows = await sql<{ numbers: number }>(
      url,
      'select count(*)::integer as numbers from orgline.phone_numbers where sync_due_at is not null',
    )
    return rows[0]?.numbers
  }

  test('a start with another agent makes some due, and the loop’s claims the rest, each once', async () => {
    await start('agent_1')

    const { due: first } = await start('agent_2')
    expect(first).toBeLessThan(MANY)
    expect(await due()).toBe(first)
    for (let n = 0; n < 4; n++) await claim('agent_2')

    expect(await due()).toBe(MANY)
    await sql(url, 'update orgline.phone_numbers set sync_due_at = null')
    await claim('agent_2')
    expect(await due()).toBe(0)
  })

  test('a start with the same settings makes none due', async () => {
    await start('agent_3')
    await sql(url, 'update orgline.deployment set resync_for = null, resync_after = null')
    await sql(url, 'update orgline.phone_numbers set sync_due_at = null')

    expect(await start('agent_3')).toMatchObject({ due: 0 })
    await claim('agent_3')

    expect(await due()).toBe(0)
  })

  test('what is being made due by one server’s settings, waits for a server that has them', async () => {
    await start('agent_4')
    const { due: first } = await start('agent_5')

    await claim('agent_4')

    expect(await due()).toBe(first)
  })

  test('settings that change again meanwhile, make all due for the newest', async () => {
    await start('agent_6')
    await start('agent_7')
    await claim('agent_7')

    await start('agent_8')
    for (let n = 0; n < 4; n++) await claim('agent_8')

    expect(await due()).toBe(MANY)
  })

  test.each([
    ['the sweep, read', 'numbers_to_reconcile(500, $1)'],
    ['prices, recorded', "record_number_prices('US', 1000000, 2000000, 500, $1)"],
    ['inactive numbers, reported', 'report_inactive_numbers(30, 500, $1)'],
  ])('%s in parts, come to each number once', async (_, text) => {
    const parts: { numbers?: { id: string }[]; reported?: number; next_cursor: string | null }[] =
      []
    let cursor: string | null = null
    do {
      parts.push(await call(text, [cursor]))
      cursor = parts.at(-1)?.next_cursor ?? null
    } while (cursor)

    expect(parts).toHaveLength(Math.ceil(MANY / 500))
    const ids = parts.flatMap(({ numbers = [] }) => numbers.map(({ id }) => id))
    expect(new Set(ids).size).toBe(ids.length)
    if (/reconcile/.test(text)) expect(ids).toHaveLength(MANY)
    if (/inactive/.test(text)) {
      expect(parts.reduce((sum, { reported = 0 }) => sum + reported, 0)).toBe(MANY)
    }
    if (/prices/.test(text)) {
      const [row] = await sql(
        url,
        'select count(*)::integer as numbers from orgline.phone_numbers where monthly_cost = 1000000',
      )
      expect(row).toEqual({ numbers: MANY })
    }
  })

  /** The claims of a run, until none is left. */
  async function registered(service: string | null): Promise<number> {
    let claims = 0
    const run = (dueBy: string | null) =>
      call<{ claim: unknown; due_by: string }>(
        `claim_number_to_register($1, $2, 60000, '${URL}')`,
        [service, dueBy],
      )
    let { claim: one, due_by: dueBy } = await run(null)
    while (one && claims <= MANY) {
      claims += 1
      ;({ claim: one, due_by: dueBy } = await run(dueBy))
    }
    return claims
  }
  const examined = async () => {
    const rows = await sql<{ numbers: number }>(
      url,
      "select count(*)::integer as numbers from orgline.phone_numbers where sms_try_at > now() + interval '1 hour'",
    )
    return rows[0]?.numbers
  }

  test('numbers that are in no service, and in none to be, are looked at once a day', async () => {
    await sql(url, 'update orgline.phone_numbers set sms_try_at = now()')

    expect(await registered(null)).toBe(0)

    expect(await examined()).toBe(MANY)
  })

  test('a service that all share from now on, has all looked at again at once', async () => {
    await sql(url, "update orgline.phone_numbers set sms_try_at = now() + interval '1 day'")
    await sql(
      url,
      "update orgline.phone_numbers set messaging_service_sid = 'MG1', messaging_service_joined = phone_number <> '+12122000007'",
    )

    const claims: number[] = []
    for (let run = 0; run < 4; run++) claims.push(await registered('MG1'))

    // The one that had not joined; all others are right.
    expect(claims.reduce((sum, each) => sum + each)).toBe(1)
    expect(await examined()).toBe(MANY - 1)
  })

  test('a number that another organization holds from now on, is looked at again', async () => {
    const [organizationId, number] = await Promise.all([
      anOrganization(url),
      aPhoneNumber(url, { country: 'US', status: 'assigned', sms_try_at: '2099-01-01' }),
    ])

    await aHolding(url, organizationId, number)

    const [row] = await sql(
      url,
      'select sms_try_at <= now() as is_due from orgline.phone_numbers where id = $1',
      [number],
    )
    expect(row).toEqual({ is_due: true })
  })
})

describe('the traffic of a number', () => {
  let url: string
  let drop: () => Promise<void>
  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase())
  })
  afterAll(() => drop())

  async function aLine(lastTrafficAt: string | null) {
    const organizationId = await anOrganization(url)
    await aMember(url, organizationId)
    const id = await aPhoneNumber(url, { status: 'assigned', last_traffic_at: lastTrafficAt })
    await aHolding(url, organizationId, id, { is_active: true })
    const [row] = await sql<{ phone_number: string }>(
      url,
      'select phone_number from orgline.phone_numbers where id = $1',
      [id],
    )
    const text = (sid: string) =>
      sql(
        url,
        "select public.receive_message($1, '+16045550111', $2, '+16045550111', 'Hello', '[]', 1, 'r')",
        [sid, row?.phone_number],
      )
    const last = async () => {
      const [number] = await sql<{ last_traffic_at: Date | null; version: string }>(
        url,
        'select last_traffic_at, xmin::text as version from orgline.phone_numbers where id = $1',
        [id],
      )
      return number
    }
    return { id, text, last }
  }

  test('is noted at once, and then no more within a minute', async () => {
    const { text, last } = await aLine(null)

    await text('SM1')
    const first = await last()
    await text('SM2')

    expect(first?.last_traffic_at).toBeInstanceOf(Date)
    expect(await last()).toEqual(first)
  })

  test('a minute later is noted anew', async () => {
    const { text, last } = await aLine('2025-01-01T00:00:00Z')

    await text('SM3')

    expect((await last())?.last_traffic_at?.getFullYear()).toBeGreaterThan(2025)
  })

  test('waits for nobody who has the number: the text is stored meanwhile', async () => {
    const { id, text, last } = await aLine(null)
    const other = new Client({ connectionString: url })
    await other.connect()
    onTestFinished(() => other.end())
    await other.query('begin')
    await other.query('select from orgline.phone_numbers where id = $1 for update', [id])

    await text('SM4')

    await other.query('rollback')
    const stored = await sql(url, "select from orgline.messages where provider_message_id = 'SM4'")
    expect(stored).toHaveLength(1)
    expect((await last())?.last_traffic_at).toBeNull()
  })
})
