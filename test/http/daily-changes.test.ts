import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aKey } from '../support/api-keys.ts'
import { effects } from '../support/effects.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, aUser, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

/** What one owner may add in 24 hours; the keys of an organization together twice that. */
const MOST = 50_000
const HOUR = 3_600

describe('what somebody may add in a day', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => world.stop())

  /** As if this owner had added so many rows in an hour of the last day. */
  const added = (what: string, owner: string, rows = MOST, hoursAgo = 3) =>
    world.sql(
      `insert into added_rows (what, owner, hour, rows)
       values ($1, $2, date_trunc('hour', now()) - make_interval(hours => $4), $3)
       on conflict (what, owner, hour) do update set rows = excluded.rows`,
      [what, owner, rows, hoursAgo],
    )
  /** As if each that had new Idempotency-Keys of this organization had so many three hours ago. */
  const addedByAllOf = (id: string, rows: number) =>
    world.sql(
      `insert into added_rows (what, owner, hour, rows)
       select what, owner, hour - interval '3 hours', $2 from added_rows
       where what = 'idempotency_keys' and owner like $1 and hour > now() - interval '2 hours'
       on conflict (what, owner, hour) do update set rows = excluded.rows`,
      [`organization:${id}%`, rows],
    )
  const rename = (id: string, token: string) =>
    request(world.origin, 'PATCH', `/api/organizations/${id}`, {
      token,
      body: { name: `New ${randomUUID()}` },
    })

  /** A contact, made under an Idempotency-Key. */
  const add = (id: string, token: string, key: string, phoneNumber = '+16045550123') =>
    request(world.origin, 'POST', `/api/organizations/${id}/contacts`, {
      token,
      body: { phoneNumber },
      headers: { 'idempotency-key': key },
    })

  test('Idempotency-Keys, as many of which were new in 24 hours as may be, are no more; the old ones are what they were', async () => {
    const { organization, token } = await signUp(world, { provisionPhone: false })
    const { key } = await aKey(world, organization.id, ['contacts:write'])
    const other = await aKey(world, organization.id, ['contacts:write'])
    const first = await add(organization.id, key, 'first')
    await addedByAllOf(organization.id, MOST)
    const before = await effects(world)

    const beyond = await add(organization.id, key, 'second', '+16045550124')

    expectProblem(beyond, 429, 'daily_changes_reached')
    expect(beyond.body.detail).toContain('50000')
    const wait = Number(beyond.headers.get('retry-after'))
    expect(wait).toBeGreaterThan(20 * HOUR)
    expect(wait).toBeLessThanOrEqual(22 * HOUR + 1)
    expect(await effects(world)).toEqual(before)
    expect((await add(organization.id, key, 'first')).body).toEqual(first.body)
    expect((await add(organization.id, token, 'of-the-user', '+16045550125')).status).toBe(201)
    expect((await add(organization.id, other.key, 'third', '+16045550126')).status).toBe(201)
    await addedByAllOf(organization.id, 2 * MOST)
    expectProblem(
      await add(organization.id, other.key, 'fourth', '+16045550127'),
      429,
      'daily_changes_reached',
    )
  })

  test('Idempotency-Keys, of an operator, are counted for each organization by itself', async () => {
    const [one, other] = await Promise.all(
      [1, 2].map(() =>
        signUp(world, { provisionPhone: false, name: `Of an operator ${randomUUID()}` }),
      ),
    )
    const of = (side: typeof one) => side?.organization.id ?? ''
    const key = randomUUID()
    await add(of(one), ADMIN, key)
    const [row] = await world.sql<{ counted_as: string }>(
      'select counted_as from idempotency_keys where key = $1',
      [key],
    )
    expect(row?.counted_as).toMatch(new RegExp(`^admin:\\S+ ${of(one)}$`))
    await added('idempotency_keys', row?.counted_as ?? '')

    expectProblem(await add(of(one), ADMIN, randomUUID()), 429, 'daily_changes_reached')
    expect((await add(of(other), ADMIN, randomUUID())).status).toBe(201)
  })

  test('Idempotency-Keys, free again because nothing was done under them, are none', async () => {
    const { organization } = await signUp(world, { provisionPhone: false })
    const counts = () =>
      world.sql(
        "select distinct rows from added_rows where what = 'idempotency_keys' and owner like $1",
        [`organization:${organization.id}%`],
      )
    const { key } = await aKey(world, organization.id, ['contacts:write'])
    const [kept, repeated, refused] = [
      await add(organization.id, key, 'kept'),
      await add(organization.id, key, 'kept'),
      await add(organization.id, key, 'free-again'),
    ]

    expect([kept.status, repeated.status]).toEqual([201, 201])
    expectProblem(refused, 409, 'contact_exists')
    expect(await counts()).toEqual([{ rows: 1 }])
  })

  test('Idempotency-Keys, as many as may be, keep no number off the do-not-call list', async () => {
    const { organization, token } = await signUp(world, { provisionPhone: false })
    await add(organization.id, token, 'first')
    await world.sql(
      "update added_rows set rows = $1 where what = 'idempotency_keys' and owner like 'user:%'",
      [MOST],
    )
    const enter = () =>
      request(world.origin, 'POST', `/api/organizations/${organization.id}/do-not-call`, {
        token,
        body: { phoneNumber: '+16045550123' },
        headers: { 'idempotency-key': 'second' },
      })

    expectProblem(
      await add(organization.id, token, 'third', '+16045550124'),
      429,
      'daily_changes_reached',
    )
    expect([(await enter()).status, (await enter()).status]).toEqual([201, 200])
  })

  test('changes, as many as may be, of one user, are no more; others and what takes a right away are', async () => {
    const user = await aUser(world)
    const { organization, token } = await signUp(world, { provisionPhone: false }, user.token)
    const made = await aKey(world, organization.id, ['contacts:write'])
    await rename(organization.id, token)
    const [row] = await world.sql<{ owner: string; rows: number }>(
      "select owner, rows from added_rows where what = 'audit_log' and owner like $1",
      [`% ${user.id}`],
    )
    // The sign-up, the key and the name.
    expect(row?.rows).toBeGreaterThanOrEqual(2)
    await added('audit_log', row?.owner ?? '')
    const before = await effects(world)

    const beyond = await rename(organization.id, token)

    expectProblem(beyond, 429, 'daily_changes_reached')
    expect(Number(beyond.headers.get('retry-after'))).toBeGreaterThan(20 * HOUR)
    expect(await effects(world)).toEqual(before)
    expect((await add(organization.id, made.key, 'by-a-key')).status).toBe(201)
    expect((await rename(organization.id, ADMIN)).status).toBe(200)
    const path = `/api/organizations/${organization.id}/api-keys`
    const another = { name: 'CRM', scopes: ['read'] }
    expectProblem(
      await request(world.origin, 'POST', path, { token, body: another }),
      429,
      'daily_changes_reached',
    )
    expect((await request(world.origin, 'DELETE', `${path}/${made.id}`, { token })).status).toBe(
      200,
    )
  })

  test('changes, by whoever, are refused by the same count that they add to', async () => {
    const user = await aUser(world)
    const { organization } = await signUp(world, { provisionPhone: false }, user.token)
    const { key } = await aKey(world, organization.id, ['contacts:write'])
    const act = (token: string, phoneNumber: string) =>
      request(world.origin, 'POST', `/api/organizations/${organization.id}/contacts`, {
        token,
        body: { phoneNumber },
      })
    for (const [index, token] of [user.token, key, ADMIN].entries()) {
      expect((await act(token, `+1604555012${index}`)).status).toBe(201)
    }
    await world.sql('update added_rows set rows = $2 where owner like $1', [
      `${organization.id} %`,
      MOST,
    ])

    for (const token of [user.token, key, ADMIN]) {
      expectProblem(await act(token, '+16045550129'), 429, 'daily_changes_reached')
    }
  })

  test('entries of the do-not-call list, by a key that has made as many changes as may be, are made; another reason for one is a change like any other', async () => {
    const { organization } = await signUp(world, { provisionPhone: false })
    const { key } = await aKey(world, organization.id, ['calls:write'])
    const enter = (reason: string) =>
      request(world.origin, 'POST', `/api/organizations/${organization.id}/do-not-call`, {
        token: key,
        body: { phoneNumber: '+16045550123', reason },
      })
    const lines = () =>
      world.sql("select action from audit_log where organization_id = $1 and actor_kind = 'key'", [
        organization.id,
      ])
    await added('audit_log', `${organization.id} keys`, 2 * MOST)

    expect((await enter('r0')).status).toBe(201)
    expect((await enter('r0')).status).toBe(200)
    expectProblem(await enter('r1'), 429, 'daily_changes_reached')
    expect(await lines()).toEqual([{ action: 'add_do_not_call' }])

    await world.sql('delete from added_rows where owner like $1', [`${organization.id} %`])
    expect((await enter('r1')).status).toBe(200)
    expect(await lines()).toEqual([{ action: 'add_do_not_call' }, { action: 'change_do_not_call' }])
  })

  test('changes of 25 hours ago, however many, count no more', async () => {
    const user = await aUser(world)
    const { organization, token } = await signUp(world, { provisionPhone: false }, user.token)
    await added('audit_log', `${organization.id} ${user.id}`, MOST, 26)

    expect((await rename(organization.id, token)).status).toBe(200)
  })
})
