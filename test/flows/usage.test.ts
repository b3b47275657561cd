import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aKey } from '../support/api-keys.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { assign, numberOf } from '../support/manual.ts'
import { purchaseBatch } from '../support/pool.ts'
import { expectProblem } from '../support/problems.ts'
import { aLine, endQuarantine, releaseDue } from '../support/quarantine.ts'
import {
  ADMIN,
  atCarriers,
  aUser,
  control,
  fault,
  request,
  runOrders,
} from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const ADA = '+16045557301'
const BEN = '+14155557302'

type Line = Awaited<ReturnType<typeof aLine>>

describe('usage and cost', () => {
  let world: World
  let north: Line
  let south: Line
  beforeAll(async () => {
    world = await startWorld()
    await control(world, 'POST', 'settings', { priceDelayMs: 3_600_000 })
    ;[north, south] = [await aLine(world), await aLine(world, { preferredAreaCode: '415' })]
    await playStory()
  })
  afterAll(() => stopWithCleanLogs(world))

  const collect = () => world.context.usage.collectCharges(new AbortController().signal, {})
  const usageOf = async ({ id, token }: Line, query = '') =>
    request(world.origin, 'GET', `/api/organizations/${id}/usage${query}`, { token })
  const admin = (query = '', headers = {}) =>
    request(world.origin, 'GET', `/api/admin/usage${query}`, { token: ADMIN, headers })
  const textTo = ({ id, token }: Line, to: string, body: string) =>
    request(world.origin, 'POST', `/api/organizations/${id}/messages`, {
      token,
      body: { to, body },
    })
  const callTo = ({ id, token }: Line, phoneNumber: string) =>
    request(world.origin, 'POST', '/api/elevenlabs/outbound-call', {
      token,
      body: { organizationId: id, phoneNumber },
    })

  /** Sign-ups, a batch for the pool, texts and calls both ways, and a number that changes hands. */
  async function playStory() {
    await purchaseBatch(world, { count: 2, areaCode: '212' })
    await control(world, 'POST', 'sms', { from: ADA, to: north.number, body: 'Is it there?' })
    await control(world, 'POST', 'sms', { from: ADA, to: south.number, body: 'And yours?' })
    await textTo(north, ADA, 'x'.repeat(161))
    await textTo(south, BEN, 'It is.')
    await control(world, 'POST', 'answers', { number: BEN, delayMs: 0 })
    await control(world, 'POST', 'calls', { from: ADA, to: north.number, says: ['Hello?'] })
    await callTo(south, BEN)
    await control(world, 'POST', 'idle')
    // Texts and calls to a number that nobody holds are paid for, too.
    const [idle] = await world.sql<{ phone_number: string }>(
      "select phone_number from phone_numbers where status = 'configured' limit 1",
    )
    await control(world, 'POST', 'sms', { from: ADA, to: idle?.phone_number, body: 'Anybody?' })
    await control(world, 'POST', 'calls', { from: ADA, to: idle?.phone_number, says: ['Hello?'] })
    await control(world, 'POST', 'idle')
  }

  /** The report, and what the twins took for the same. */
  async function books() {
    const { twilio, elevenlabs } = await atCarriers(world)
    const { body } = await admin()
    const all = [...body.organizations, body.idle]
    const sum = (of: (usage: (typeof all)[number]) => number) =>
      all.reduce((total, usage) => total + of(usage), 0)
    return {
      reported: {
        numbers: sum(({ numbers }) => numbers.cost),
        messages: sum(({ messages }) => messages.cost),
        calls: sum(({ calls }) => calls.cost),
        agents: sum(({ calls }) => calls.agent_cost),
        total: body.total,
      },
      taken: {
        ...twilio.spentBy,
        agents: elevenlabs.spent,
        total: twilio.spent + elevenlabs.spent,
      },
      body,
    }
  }

  test('before the carrier tells its prices, are estimated by the rates', async () => {
    const { body } = await usageOf(north)

    expect(body).toMatchObject({
      success: true,
      month: new Date().toISOString().slice(0, 7),
      numbers: { held: 1, cost: 1_000_000, estimated: true },
      messages: { in: 1, out: 1, segments: 3, cost: 22_500, estimated: true },
      calls: { in: 1, out: 0, minutes: 1, cost: 12_500, estimated: true },
      estimated: true,
    })
    const { numbers, messages, calls, total } = body
    expect(total).toBe(numbers.cost + messages.cost + calls.cost + calls.agent_cost)
    await collect()
    // Listed, but without prices.
    expect((await usageOf(north)).body).toMatchObject({
      numbers: { estimated: false },
      messages: { in: 1, out: 1, segments: 3, cost: 22_500, estimated: true },
      calls: { in: 1, minutes: 1, cost: 12_500, estimated: true },
    })
  })

  test('once the prices are told, are exact, and together what the carriers took', async () => {
    await control(world, 'POST', 'settings', { priceDelayMs: 0 })
    await collect()

    const { reported, taken, body } = await books()
    expect(reported).toEqual(taken)
    expect(body.estimated).toBe(false)
    expect(body.idle).toMatchObject({
      numbers: { held: 2, cost: 2_000_000 },
      messages: { in: 1, out: 0 },
      calls: { in: 1, out: 0 },
    })
    expect((await usageOf(south)).body).toMatchObject({
      numbers: { held: 1, cost: 1_000_000, estimated: false },
      messages: { in: 1, out: 1, segments: 2, cost: 7_900 + 8_300, estimated: false },
      calls: { in: 0, out: 1, minutes: 1, cost: 14_000, estimated: false },
    })
  })

  test('a number that changes hands within the month, is shared, and nothing is lost', async () => {
    const [first, second] = [
      await aLine(world, { preferredAreaCode: '778' }),
      await aLine(world, { provisionPhone: false }),
    ]
    await first.organization.release()
    await first.admin.restore()
    await first.organization.release()
    // Back to the pool it came from: an order to assign it comes once nobody holds it any more.
    await world.sql(
      "update phone_numbers set status = 'configured', release_at = null, quarantined_at = null, sync_due_at = null where phone_number = $1",
      [first.number],
    )
    expect((await assign(world, first.number, second.id)).status).toBeLessThan(300)
    await runOrders(world)
    expect(await numberOf(world, second.id)).toBe(first.number)
    await collect()

    const shares = await Promise.all([first, second].map((line) => usageOf(line)))
    for (const { body } of shares) expect(body.numbers).toMatchObject({ held: 1 })
    const sum = shares.reduce((total, { body }) => total + body.numbers.cost, 0)
    expect(sum).toBeLessThanOrEqual(1_000_000)
    const { reported, taken } = await books()
    expect(reported).toEqual(taken)
  })

  test('a number released, and a contact erased, change nothing of what the month has cost', async () => {
    const line = await aLine(world, { preferredAreaCode: '305' })
    await control(world, 'POST', 'sms', { from: BEN, to: line.number, body: 'Forget me' })
    await control(world, 'POST', 'calls', { from: BEN, to: line.number, says: ['Forget me'] })
    await control(world, 'POST', 'idle')
    const [contact] = await world.sql<{ id: string }>(
      'select id from contacts where organization_id = $1',
      [line.id],
    )
    const path = `/api/organizations/${line.id}/contacts/${contact?.id}`
    const erased = await request(world.origin, 'DELETE', path, { token: line.token })
    expect(erased.status).toBe(200)
    await line.organization.release()
    await endQuarantine(world, line.number)
    await releaseDue(world)
    await collect()

    const { reported, taken, body } = await books()
    expect(reported).toEqual(taken)
    expect(body.estimated).toBe(false)
    expect((await usageOf(line)).body).toMatchObject({
      messages: { in: 1, cost: 7_900 },
      calls: { in: 1, cost: 8_500 },
    })
  })

  test('while the carrier is away, wait, and are collected afterwards', async () => {
    const { reported: before } = await books()
    await control(world, 'POST', 'sms', { from: BEN, to: south.number, body: 'One more' })
    await fault(world, 'twilio', 'calls.list', 'error', { status: 503 })

    await expect(collect()).rejects.toThrow('calls.list')
    await collect()

    const { reported, taken } = await books()
    expect(reported).toEqual(taken)
    expect(reported.messages).toBe(before.messages + 7_900)
  })

  test('of a month to come, and of one before the first, are zero', async () => {
    for (const month of ['2999-12', '2000-01']) {
      const { status, body } = await usageOf(north, `?month=${month}`)
      expect(status).toBe(200)
      expect(body).toMatchObject({ month, numbers: { held: 0 }, total: 0, estimated: false })
      const all = (await admin(`?month=${month}`)).body
      expect(all).toMatchObject({ organizations: [], idle: { total: 0 }, total: 0 })
    }
  })

  test.each([
    ['?month=2026-13', 'query.month'],
    ['?month=0000-01', 'query.month'],
    ['?month=', 'query.month'],
    ['?month=2026-11&month=2026-12', 'query.month'],
    ['?format=xml', 'query.format'],
    ['?year=2026', 'query'],
  ])('asked with %s, are refused', async (query, part) => {
    for (const answer of [await usageOf(north, query), await admin(query)]) {
      expectProblem(answer, 400, 'validation_failed')
      expect(answer.body.errors.map(({ path }: { path: string }) => path)).toEqual([part])
    }
  })

  test('of all, read page by page, are those of one page, in the same order; the first has the sum', async () => {
    const { body: whole } = await admin('?limit=200')
    const organizations: unknown[] = []
    let cursor: string | null = null
    do {
      const { body } = await admin(`?limit=1${cursor ? `&cursor=${cursor}` : ''}`)
      const { idle, total, estimated } = cursor ? ({} as Record<string, unknown>) : whole
      expect([body.idle, body.total, body.estimated]).toEqual([idle, total, estimated])
      organizations.push(...body.organizations)
      cursor = body.nextCursor
    } while (cursor)

    expect(organizations.length).toBeGreaterThan(1)
    expect(organizations).toEqual(whole.organizations)
  })

  test.each([
    ['with total=false', '?total=false', false],
    ['with total=true', '?total=true', true],
    ['with total=true, on a later page', '?total=true&cursor=', false],
  ])('of all, asked for %s, have the sum only where it is asked for', async (_what, query, has) => {
    const { body: first } = await admin('?limit=1')
    const { status, body } = await admin(query.replace('cursor=', `cursor=${first.nextCursor}`))

    expect(status).toBe(200)
    expect([
      body.organizations.length > 0,
      'idle' in body,
      'total' in body,
      'estimated' in body,
    ]).toEqual([true, has, has, has])
  })

  test('as CSV, by either way of asking, tell the same', async () => {
    const path = `/api/organizations/${north.id}/usage`
    const ask = (query: string, accept: string) =>
      request(world.origin, 'GET', `${path}${query}`, { token: north.token, headers: { accept } })
    const [byFormat, byHeader, json] = [
      await ask('?format=csv', '*/*'),
      await ask('', 'text/csv'),
      await ask('?format=json', 'text/csv'),
    ]
    expect(byFormat.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(byHeader.body).toBe(byFormat.body)
    expect(json.body.success).toBe(true)
    const all = (await admin('', { accept: 'text/csv' })).body.trimEnd().split('\r\n')
    expect(all[0]).toBe(byFormat.body.split('\r\n')[0])
    expect(all.some((line: string) => line.includes(north.id))).toBe(true)
    expect(all.at(-1)).toContain('"(idle)"')
  })

  test('as CSV, sum up to the JSON, line by line and in all', async () => {
    const { body: json } = await admin()
    const [header = '', ...lines] = (await admin('?format=csv')).body.trimEnd().split('\r\n')
    const rows = lines.map((line: string) => {
      // No name here has a comma.
      const values = line.split(',')
      return Object.fromEntries(
        header.split(',').map((name: string, at: number) => [name, values[at]]),
      )
    })
    const micros = (dollars: string) => Number(dollars.replace('.', ''))

    expect(rows).toHaveLength(json.organizations.length + 1)
    for (const [at, usage] of [...json.organizations, json.idle].entries()) {
      const { numbers, messages, calls, total, estimated } = usage
      expect(rows[at].organization_id).toBe(usage.organization_id ?? '')
      expect(micros(rows[at].numbers_cost_usd)).toBe(numbers.cost)
      expect(micros(rows[at].messages_cost_usd)).toBe(messages.cost)
      expect(micros(rows[at].calls_cost_usd)).toBe(calls.cost)
      expect(micros(rows[at].agent_cost_usd)).toBe(calls.agent_cost)
      expect(micros(rows[at].total_usd)).toBe(total)
      expect(rows[at].estimated).toBe(String(estimated))
    }
    const sum = rows.reduce((all: number, row: (typeof rows)[0]) => all + micros(row.total_usd), 0)
    expect(sum).toBe(json.total)
  })

  test('of another organization, are nobody else’s to read; a key that may read may', async () => {
    const path = `/api/organizations/${north.id}/usage`
    const ask = (token: string) => request(world.origin, 'GET', path, { token })
    expectProblem(await ask(south.token), 404, 'organization_not_found')
    expectProblem(await ask((await aUser(world)).token), 404, 'organization_not_found')
    const { key: reader } = await aKey(world, north.id, ['read'])
    const { key: texter } = await aKey(world, north.id, ['messages:write'])
    expect((await ask(reader)).status).toBe(200)
    expectProblem(await ask(texter), 403, 'scope_missing')
    const forAll = await request(world.origin, 'GET', '/api/admin/usage', { token: north.token })
    expectProblem(forAll, 403, 'admin_required')
  })
})
