import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aKey } from '../support/api-keys.ts'
import { effects } from '../support/effects.ts'
import { leaksOf, stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem, wrongParts } from '../support/problems.ts'
import { ADMIN, aUser, request, signUp } from '../support/requests.ts'
import { aMember } from '../support/rows.ts'
import { startWorld, type World } from '../support/world.ts'

describe('API keys', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { MAX_NUMBERS_PER_ORGANIZATION: '1' } })
  })
  afterAll(() => stopWithCleanLogs(world))

  /** An organization with its first admin, and what its routes for keys take. */
  async function anOrganization(fields: object = { provisionPhone: false }) {
    const owner = await aUser(world)
    const { organization } = await signUp(world, { ...fields }, owner.token)
    const id = organization.id as string
    const path = `/api/organizations/${id}/api-keys`
    return {
      id,
      owner,
      path,
      make: (token: string, body: unknown = { name: 'CRM', scopes: ['read'] }) =>
        request(world.origin, 'POST', path, { token, body }),
      list: (token: string) => request(world.origin, 'GET', path, { token }),
      revoke: (token: string, keyId: string) =>
        request(world.origin, 'DELETE', `${path}/${keyId}`, { token }),
      read: (token: string) => request(world.origin, 'GET', `/api/organizations/${id}`, { token }),
    }
  }
  const call = (organizationId: string, token: string, headers: Record<string, string> = {}) =>
    request(world.origin, 'POST', '/api/elevenlabs/outbound-call', {
      token,
      headers,
      body: { organizationId, phoneNumber: '+16045558810' },
    })

  test('a key, made, is shown once, and nothing of it is kept but its beginning and its hash', async () => {
    const { owner, make, list } = await anOrganization()

    const made = await make(owner.token, { name: ' CRM ', scopes: ['read', 'calls:write', 'read'] })

    const { key, apiKey } = made.body
    expect(made.status).toBe(201)
    expect(key).toMatch(/^ol_[\w-]{43}$/)
    expect(apiKey).toMatchObject({
      name: 'CRM',
      prefix: key.slice(0, 11),
      scopes: ['read', 'calls:write'],
      created_by: owner.id,
      last_used_at: null,
      expires_at: null,
      revoked_at: null,
    })
    const listed = (await list(owner.token)).body
    const hash = createHash('sha256').update(key).digest('hex')
    expect(listed).toEqual({ success: true, apiKeys: [apiKey], nextCursor: null })
    expect(JSON.stringify(listed)).not.toContain(hash)
    const [row] = await world.sql<{ row: string }>(
      'select to_jsonb(k)::text as row from api_keys k where id = $1',
      [apiKey.id],
    )
    expect(row?.row).toContain(hash)
    expect(row?.row).not.toContain(key)
  })

  test('keys, made by an operator, are nobody’s and listed newest first', async () => {
    const { make, list } = await anOrganization()
    const first = await make(ADMIN)

    const second = await make(ADMIN)

    expect((await list(ADMIN)).body.apiKeys).toEqual([second.body.apiKey, first.body.apiKey])
    expect(second.body.apiKey.created_by).toBeNull()
    expect(second.body.key).not.toBe(first.body.key)
  })

  test.each<[string, object, string]>([
    ['without a name', { scopes: ['read'] }, 'body.name'],
    ['with an empty name', { name: ' ', scopes: ['read'] }, 'body.name'],
    ['with a long name', { name: 'a'.repeat(101), scopes: ['read'] }, 'body.name'],
    ['with a line break in its name', { name: 'a\nb', scopes: ['read'] }, 'body.name'],
    ['without scopes', { name: 'CRM' }, 'body.scopes'],
    ['with no scope', { name: 'CRM', scopes: [] }, 'body.scopes'],
    ['with an unknown scope', { name: 'CRM', scopes: ['admin'] }, 'body.scopes.0'],
    ['with an unknown field', { name: 'CRM', scopes: ['read'], key: 'ol_mine' }, 'body'],
  ])('a key, %s, is refused and not made', async (_circumstance, body, part) => {
    const { owner, make } = await anOrganization()
    const before = await effects(world)

    const answer = await make(owner.token, body)

    expectProblem(answer, 400, 'validation_failed')
    expect(wrongParts(answer)).toEqual([part])
    expect(await effects(world)).toEqual(before)
  })

  test('keys, by a mere member, take the role admin', async () => {
    const { id, make, list, revoke } = await anOrganization()
    const { id: keyId } = await aKey(world, id, ['read'])
    const user = await aUser(world)
    await aMember(world.database.url, id, user.id)
    const before = await effects(world)

    const answers = [
      await make(user.token),
      await list(user.token),
      await revoke(user.token, keyId),
    ]

    for (const answer of answers) expectProblem(answer, 403, 'role_required')
    expect(await effects(world)).toEqual(before)
  })

  test('a key, revoked, is refused from then on, and revoked again stays as it was', async () => {
    const { id, owner, read, revoke } = await anOrganization()
    const { id: keyId, key } = await aKey(world, id, ['read'])
    const other = await aKey(world, id, ['read'])
    const used = await read(key)

    const revoked = await revoke(owner.token, keyId)

    expect(used.status).toBe(200)
    expect(revoked).toMatchObject({ status: 200, body: { apiKey: { id: keyId } } })
    expect(revoked.body.apiKey.revoked_at).not.toBeNull()
    expectProblem(await read(key), 401, 'unauthorized')
    expect((await read(other.key)).status).toBe(200)
    expect((await revoke(owner.token, keyId)).body).toEqual(revoked.body)
  })

  test('a key, made for a time, is refused once that is over, and named no more to who removes its maker', async () => {
    const { owner, path, make, read } = await anOrganization()
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
    const made = await make(owner.token, { name: 'CRM', scopes: ['read'], expiresAt })
    const { key, apiKey } = made.body
    const inTime = await read(key)

    await world.sql("update api_keys set expires_at = now() - interval '1 second' where id = $1", [
      apiKey.id,
    ])

    expect(Date.parse(apiKey.expires_at)).toBe(Date.parse(expiresAt))
    expect(inTime.status).toBe(200)
    expectProblem(await read(key), 401, 'unauthorized')
    const members = path.replace('api-keys', 'members')
    const successor = { userId: randomUUID(), role: 'admin' }
    await request(world.origin, 'POST', members, { token: ADMIN, body: successor })
    const removed = await request(world.origin, 'DELETE', `${members}/${owner.id}`, {
      token: ADMIN,
    })
    expect(removed).toMatchObject({ status: 200, body: { keys: [] } })
  })

  test.each(['2020-01-01T00:00:00Z', 'tomorrow', 5])(
    'a key, made until %s, is refused with the field named',
    async (expiresAt) => {
      const { owner, make } = await anOrganization()

      const answer = await make(owner.token, { name: 'CRM', scopes: ['read'], expiresAt })

      expectProblem(answer, 400, 'validation_failed')
      expect(wrongParts(answer)).toEqual(['body.expiresAt'])
    },
  )

  test('a key, revoked by another organization, does not exist for it', async () => {
    const mine = await anOrganization()
    const other = await anOrganization()
    const { id: keyId, key } = await aKey(world, mine.id, ['read'])

    const answer = await other.revoke(other.owner.token, keyId)

    expectProblem(answer, 404, 'api_key_not_found')
    expect((await mine.read(key)).status).toBe(200)
  })

  test('a key, made again under the same Idempotency-Key, is one, and shown once', async () => {
    const { id, owner, path, list } = await anOrganization()
    const make = () =>
      request(world.origin, 'POST', path, {
        token: owner.token,
        body: { name: 'CRM', scopes: ['read'] },
        headers: { 'idempotency-key': 'made-once' },
      })
    const first = await make()

    const kept = await make()
    // As when its process had died before the answer was kept.
    await world.sql('delete from idempotency_keys where owner = $1', [`user:${owner.id}`])
    const lost = await make()

    expect(first.body.key).toMatch(/^ol_/)
    for (const again of [kept, lost])
      expect(again).toMatchObject({ status: 201, body: { ...first.body, key: null } })
    expect((await list(owner.token)).body.apiKeys).toHaveLength(1)
    expect(await world.sql('select from api_keys where organization_id = $1', [id])).toHaveLength(1)
  })

  test.each([
    ['revoked', 'revoked_at = now()'],
    ['over', "expires_at = now() - interval '1 second'"],
  ])(
    'a key, made again under the same Idempotency-Key when it is %s and its answer gone, is refused with the cure',
    async (_end, end) => {
      const { owner, path, list } = await anOrganization()
      const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
      const make = () =>
        request(world.origin, 'POST', path, {
          token: owner.token,
          body: { name: 'CRM', scopes: ['read'], expiresAt },
          headers: { 'idempotency-key': 'ended-since' },
        })
      const { body } = await make()
      await world.sql(`update api_keys set ${end} where id = $1`, [body.apiKey.id])
      await world.sql('delete from idempotency_keys where owner = $1', [`user:${owner.id}`])

      const answer = await make()

      expectProblem(answer, 409, 'wrong_state')
      expect(answer.body.detail).toContain('under a new Idempotency-Key')
      expect((await list(owner.token)).body.apiKeys).toHaveLength(1)
    },
  )

  test('a key, made again under the same Idempotency-Key once its time is over, gets the answer of then', async () => {
    const { owner, path } = await anOrganization()
    const bodyUntil = (expiresAt: string) => ({ name: 'CRM', scopes: ['read'], expiresAt })
    const make = (body: object) =>
      request(world.origin, 'POST', path, {
        token: owner.token,
        body,
        headers: { 'idempotency-key': 'in-time' },
      })
    const first = await make(bodyUntil(new Date(Date.now() + 3_600_000).toISOString()))
    // As though it had been sent when that lay in the future.
    const over = bodyUntil('2020-01-01T00:00:00Z')
    await world.sql('update idempotency_keys set request_hash = $2 where owner = $1', [
      `user:${owner.id}`,
      createHash('sha256')
        .update(JSON.stringify(['POST', path, over]))
        .digest('hex'),
    ])

    const again = await make(over)

    expect(again).toMatchObject({ status: 201, body: { ...first.body, key: null } })
  })

  test('the use of a key, many times in a minute, is noted once', async () => {
    const { id, owner, list, read } = await anOrganization()
    const { id: keyId, key } = await aKey(world, id, ['read'])
    const lastUse = async () => (await list(owner.token)).body.apiKeys[0].last_used_at
    const setBack = (seconds: number) =>
      world.sql(
        'update api_keys set last_used_at = now() - make_interval(secs => $2) where id = $1',
        [keyId, seconds],
      )
    await read(key)
    const first = await lastUse()
    await setBack(30)
    const recent = await lastUse()

    await Promise.all(Array.from({ length: 5 }, () => read(key)))

    expect(first).not.toBeNull()
    expect(await lastUse()).toBe(recent)
    await setBack(90)
    await read(key)
    expect(Date.parse(await lastUse())).toBeGreaterThan(Date.parse(recent))
  })

  test('the organization of a key, named in capitals, is still its own', async () => {
    const { id } = await anOrganization()
    const { key } = await aKey(world, id, ['read'])

    const answer = await request(world.origin, 'GET', `/api/organizations/${id.toUpperCase()}`, {
      token: key,
    })

    expect(answer.status).toBe(200)
  })

  test('a suspended organization, by its key, still reads and still does not call', async () => {
    const { id, read } = await anOrganization({})
    const { key } = await aKey(world, id, ['read', 'calls:write'])
    await request(world.origin, 'PATCH', `/api/organizations/${id}`, {
      token: ADMIN,
      body: { status: 'suspended' },
    })

    const answers = [await read(key), await call(id, key)]

    expect(answers[0]).toMatchObject({ status: 200, body: { organization: { id } } })
    expectProblem(answers[1] as never, 409, 'organization_suspended')
  })

  test('the limit of numbers, for a key, is that of the organization’s own admins', async () => {
    const { id } = await anOrganization({})
    const { key } = await aKey(world, id, ['numbers:write'])
    const before = await effects(world)

    const answer = await request(world.origin, 'POST', `/api/organizations/${id}/phone-numbers`, {
      token: key,
      body: {},
    })

    expectProblem(answer, 409, 'number_limit_reached')
    const after = await effects(world)
    expect([after.requests, after.spent]).toEqual([before.requests, before.spent])
  })

  test('a repeat under one Idempotency-Key, by another key of the organization, is a repeat', async () => {
    const [mine, other] = [await anOrganization({}), await anOrganization({})]
    const keyOf = async (id: string) => (await aKey(world, id, ['calls:write'])).key
    const once = { 'idempotency-key': randomUUID() }
    const first = await call(mine.id, await keyOf(mine.id), once)

    const repeated = await call(mine.id, await keyOf(mine.id), once)
    const others = await call(other.id, await keyOf(other.id), once)

    expect(first.status).toBe(200)
    expect(repeated.body).toEqual(first.body)
    expect(others.status).toBe(200)
    expect(others.body.callId).not.toBe(first.body.callId)
  })

  test('a key, sent where it does not belong, is not in the log', async () => {
    const { id, owner, revoke } = await anOrganization()
    const { key } = await aKey(world, id, ['read'])

    const answer = await revoke(owner.token, key)

    expectProblem(answer, 400, 'validation_failed')
    // Of an address's refusals of one kind, one in a second is logged.
    await expect
      .poll(async () => {
        await revoke(owner.token, key)
        return world.logs.join('')
      })
      .toContain('/api-keys/•••')
    expect(await leaksOf(world, [key])).toEqual([])
  })
})
