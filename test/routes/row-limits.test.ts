import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createAgent } from '../support/agents.ts'
import { aKey } from '../support/api-keys.ts'
import { effects } from '../support/effects.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, aUser, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('what an organization may make for nothing', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => world.stop())

  test.each([
    [
      'API keys',
      500,
      'api-keys',
      { name: 'CRM', scopes: ['read'] },
      `insert into api_keys (organization_id, name, prefix, key_hash, scopes)
       select $1, 'CRM', 'ol_x', encode(sha256(gen_random_uuid()::text::bytea), 'hex'), '{read}'`,
    ],
    [
      'open invites',
      500,
      'members',
      { email: 'one-more@example.com' },
      `insert into organization_invites (organization_id, email, role, token_hash)
       select $1, n || '@example.com', 'member', encode(sha256(gen_random_uuid()::text::bytea), 'hex')`,
    ],
    [
      'webhook endpoints',
      20,
      'webhook-endpoints',
      { url: 'https://crm.example.com/orgline' },
      `insert into webhook_endpoints (organization_id, url, secret) select $1, 'https://crm.example.com', 'whsec_x'`,
    ],
    [
      'contacts',
      100_000,
      'contacts',
      { phoneNumber: '+16045559999' },
      `insert into contacts (organization_id, phone_number) select $1, '+1604' || 2000000 + n`,
    ],
    [
      'numbers on its do-not-call list',
      100_000,
      'do-not-call',
      { phoneNumber: '+16045559999' },
      `insert into do_not_call (organization_id, phone_number) select $1, '+1604' || 2000000 + n`,
    ],
  ])(
    '%s, %i of which are there, are no more; of another organization they are',
    async (what, most, path, body, insert) => {
      const { organization, token } = await signUp(world, { provisionPhone: false })
      const add = (id: string, as: string) =>
        request(world.origin, 'POST', `/api/organizations/${id}/${path}`, { token: as, body })
      await world.sql(`${insert} from generate_series(1, ${most}) n`, [organization.id])
      const before = await effects(world)

      const beyond = await add(organization.id, token)

      expectProblem(beyond, 409, 'row_limit_reached')
      expect(beyond.body.detail).toContain(`${most} ${what}`)
      expect(await effects(world)).toEqual(before)
      const other = await signUp(world, { provisionPhone: false, name: `Other ${randomUUID()}` })
      expect((await add(other.organization.id, other.token)).status).toBeLessThan(300)
    },
  )

  test('numbers on the do-not-call list of all, 100000 of which are there, are no more; who is on it stays', async () => {
    const enter = (phoneNumber: string, reason: string) =>
      request(world.origin, 'POST', '/api/admin/do-not-call', {
        token: ADMIN,
        body: { phoneNumber, reason },
      })
    onTestFinished(async () => {
      await world.sql('delete from do_not_call where organization_id is null')
    })
    await world.sql(
      `insert into do_not_call (phone_number) select '+1604' || 2000000 + n from generate_series(1, 100000) n`,
    )
    const before = await effects(world)

    const beyond = await enter('+16045559999', 'asked')

    expectProblem(beyond, 409, 'row_limit_reached')
    expect(beyond.body.detail).toContain('list for everybody has 100000 numbers')
    expect(await effects(world)).toEqual(before)
    expect((await enter('+16042000001', 'asked')).status).toBe(200)
    await world.sql(
      "delete from do_not_call where organization_id is null and phone_number = '+16042000002'",
    )
    expect((await enter('+16045559999', 'asked')).status).toBe(201)
  })

  test('members, a thousand of which are there, are no more, by an invite or by an operator; who is one stays one', async () => {
    const { organization, token } = await signUp(world, { provisionPhone: false })
    const [guest, member] = [await aUser(world), await aUser(world)]
    const path = `/api/organizations/${organization.id}/members`
    const asked = { token, body: { userId: guest.id } }
    await request(world.origin, 'POST', path, asked)
    const { body } = await request(world.origin, 'GET', '/api/invites', { token: guest.token })
    const [invite] = body.invites
    await world.sql(
      `insert into organization_members (organization_id, user_id, role)
       select $1, case n when 1 then $2 else gen_random_uuid() end, 'member' from generate_series(1, 999) n`,
      [organization.id, member.id],
    )
    const before = await effects(world)
    const accept = () =>
      request(world.origin, 'POST', `/api/invites/${invite.id}/accept`, { token: guest.token })
    const set = (userId: string) =>
      request(world.origin, 'POST', path, { token: ADMIN, body: { userId, role: 'member' } })

    for (const beyond of [await accept(), await set(randomUUID())]) {
      expectProblem(beyond, 409, 'row_limit_reached')
      expect(beyond.body.detail).toContain('1000 members')
    }
    expect(await effects(world)).toEqual(before)
    expect((await set(member.id)).status).toBe(200)
    await world.sql('delete from organization_members where user_id = $1', [member.id])
    expect((await accept()).status).toBe(200)
  })

  test('contacts, of which ten thousand were erased within a day, are no more; they are erased all the same', async () => {
    const { organization, token } = await signUp(world, { provisionPhone: false })
    const path = `/api/organizations/${organization.id}/contacts`
    const add = () =>
      request(world.origin, 'POST', path, { token, body: { phoneNumber: '+16045559997' } })
    const { contact } = (await add()).body
    await world.sql(
      `insert into erased_keys (key, organization_id, erased_at)
       select encode(sha256(gen_random_uuid()::text::bytea), 'hex'), $1, now() - case when n <= 9999 then interval '23 hours' else interval '25 hours' end
       from generate_series(1, 20000) n`,
      [organization.id],
    )

    const erased = await request(world.origin, 'DELETE', `${path}/${contact.id}`, { token })

    expect(erased.status).toBe(200)
    const before = await effects(world)
    const beyond = await add()
    expectProblem(beyond, 409, 'row_limit_reached')
    expect(beyond.body.detail).toContain('erased 10000 contacts')
    expect(await effects(world)).toEqual(before)
    await world.sql(
      "delete from erased_keys where organization_id = $1 and erased_at > now() - interval '1 hour'",
      [organization.id],
    )
    expect((await add()).status).toBe(201)
  })

  test('API keys, made and revoked one after the other, leave the hundred that ended last', async () => {
    const { organization, token } = await signUp(world, { provisionPhone: false })
    await world.sql(
      `insert into api_keys (organization_id, name, prefix, key_hash, scopes, revoked_at)
       select $1, 'CRM ' || n, 'ol_x', encode(sha256(gen_random_uuid()::text::bytea), 'hex'), '{read}', now() - n * interval '1 minute'
       from generate_series(1, 150) n`,
      [organization.id],
    )
    const { id } = await aKey(world, organization.id, ['read'])
    await request(world.origin, 'DELETE', `/api/organizations/${organization.id}/api-keys/${id}`, {
      token,
    })

    await aKey(world, organization.id, ['read'])

    const ended = await world.sql<{ id: string; name: string }>(
      'select id, name from api_keys where organization_id = $1 and revoked_at is not null order by revoked_at desc',
      [organization.id],
    )
    expect(ended.length).toBe(100)
    expect(ended[0]?.id).toBe(id)
    expect(ended.at(-1)?.name).toBe('CRM 99')
  })

  test('an agent, which comes with a key, is refused before it is made where no key has room; by a key it is made', async () => {
    const { organization, token } = await signUp(world, { provisionPhone: false })
    const { key } = await aKey(world, organization.id, ['numbers:write'])
    await world.sql(
      `insert into api_keys (organization_id, name, prefix, key_hash, scopes)
       select $1, 'CRM', 'ol_x', encode(sha256(gen_random_uuid()::text::bytea), 'hex'), '{read}'
       from generate_series(1, 499)`,
      [organization.id],
    )
    const asked = { organizationId: organization.id, agent_name: 'Mia', provision_phone: false }
    const before = await effects(world)

    for (const by of [token, ADMIN]) {
      const beyond = await createAgent(world, by, asked)
      expectProblem(beyond, 409, 'row_limit_reached')
      expect(beyond.body.detail).toContain('500 API keys')
    }

    expect(await effects(world)).toEqual(before)
    expect((await createAgent(world, key, asked)).body).toMatchObject({ api_token: null })
    await world.sql(
      `update api_keys set revoked_at = now() where id in (
         select id from api_keys where organization_id = $1 and prefix = 'ol_x' limit 1)`,
      [organization.id],
    )
    expect((await createAgent(world, token, asked)).body.api_token).toMatch(/^ol_/)
  })

  test('an agent, begun while there was room for its key, gets that key also where others take the room meanwhile', async () => {
    const { organization, token } = await signUp(world, { provisionPhone: false })
    const client = new Client({ connectionString: world.database.url })
    await client.connect()
    onTestFinished(() => client.end())
    await client.query('begin')
    // What is taken once ElevenLabs has the agent, and not before.
    await client.query('select private.lock_numbers_of($1)', [organization.id])

    const made = createAgent(world, token, { provision_phone: false }).then((answer) => answer)
    const waiting = `select from pg_locks l join pg_database d on d.oid = l.database
      where d.datname = current_database() and l.locktype = 'advisory' and not l.granted`
    await expect.poll(() => world.sql(waiting)).toHaveLength(1)
    await client.query(
      `insert into orgline.api_keys (organization_id, name, prefix, key_hash, scopes)
       select $1, 'CRM', 'ol_x', encode(sha256(gen_random_uuid()::text::bytea), 'hex'), '{read}'
       from generate_series(1, 500)`,
      [organization.id],
    )
    await client.query('commit')

    expect(await made).toMatchObject({
      status: 201,
      body: { api_token: expect.stringMatching(/^ol_/) },
    })
  })

  test.each(['revoked_at', 'expires_at'])(
    'API keys that ended, by their %s, take no room',
    async (end) => {
      const { organization, token } = await signUp(world, { provisionPhone: false })
      await world.sql(
        `insert into api_keys (organization_id, name, prefix, key_hash, scopes, ${end})
       select $1, 'CRM', 'ol_x', encode(sha256(gen_random_uuid()::text::bytea), 'hex'), '{read}', now()
       from generate_series(1, 500)`,
        [organization.id],
      )

      const path = `/api/organizations/${organization.id}/api-keys`
      const body = { name: 'CRM', scopes: ['read'] }
      expect((await request(world.origin, 'POST', path, { token, body })).status).toBe(201)
    },
  )
})
