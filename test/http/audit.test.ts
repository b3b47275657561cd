import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAgent } from '../support/agents.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, aUser, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('the audit log', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  async function anOrganization() {
    const owner = await aUser(world)
    const { organization } = await signUp(world, { provisionPhone: false }, owner.token)
    return { id: organization.id as string, owner }
  }
  const auditOf = (id: string, token: string, query = '') =>
    request(world.origin, 'GET', `/api/organizations/${id}/audit${query}`, { token })
  const rename = (id: string, token: string, headers: Record<string, string> = {}) =>
    request(world.origin, 'PATCH', `/api/organizations/${id}`, {
      token,
      body: { name: 'Another Name' },
      headers,
    })

  test('a change, read by an admin, tells who, what and from where', async () => {
    const { id, owner } = await anOrganization()
    const requestId = `rename-${id}`
    await rename(id, owner.token, { 'x-request-id': requestId })

    const { status, body } = await auditOf(id, owner.token)

    expect(status).toBe(200)
    expect(body.entries).toMatchObject([
      {
        organization_id: id,
        actor: { kind: 'user', id: owner.id },
        action: 'change_organization',
        subject: id,
        details: { changed: ['name'] },
        address: expect.stringMatching(/127\.0\.0\.1$/),
        request_id: requestId,
      },
      { action: 'sign_up_organization' },
    ])
  })

  test('a change by an operator, read by an admin, does not tell which operator, nor from where', async () => {
    const { id, owner } = await anOrganization()
    await rename(id, ADMIN)

    const [seen] = (await auditOf(id, owner.token)).body.entries
    const [known] = (await auditOf(id, ADMIN)).body.entries

    expect(seen).toMatchObject({ actor: { kind: 'operator' }, address: null, request_id: null })
    expect(seen.actor).toEqual({ kind: 'operator' })
    expect(known).toMatchObject({ actor: { kind: 'operator', name: 'sandbox' } })
  })

  test('what is refused, is not in it', async () => {
    const { id, owner } = await anOrganization()
    const stranger = await aUser(world)

    expectProblem(await rename(id, stranger.token), 404, 'organization_not_found')

    expect((await auditOf(id, owner.token)).body.entries).toHaveLength(1)
  })

  test('what is asked for again, and changes nothing, is in it once', async () => {
    const { id, owner } = await anOrganization()
    const path = `/api/organizations/${id}`
    const send = async (method: string, rest: string, body: unknown, token = owner.token) => {
      const answer = await request(world.origin, method, rest, { token, body })
      expect(answer.status).toBeLessThan(300)
      return answer.body
    }
    const number = '+16045550988'
    const { contact } = await send('POST', `${path}/contacts`, { phoneNumber: number, name: 'Ann' })
    const agent = await createAgent(world, owner.token, {
      organizationId: id,
      agent_name: 'Mia',
      provision_phone: false,
    })
    const before = (await auditOf(id, ADMIN)).body.entries.length
    const ofContact = `${path}/contacts/${contact.id}`
    const ofAgent = `/api/agents/${agent.body.agent_id}`

    for (let times = 0; times < 2; times += 1) {
      await send('PATCH', path, {})
      await send('PATCH', path, { name: 'Another Name' })
      await send('PATCH', path, { settings: { confirm_caller_name: true, greetings: null } })
      await send('PATCH', path, { status: 'suspended' }, ADMIN)
      await send('PUT', ofContact, { name: 'Bea', attributes: { car: 'blue' } })
      await send('POST', `${path}/do-not-call`, { phoneNumber: number, reason: 'asked' })
      await send('POST', `${path}/do-not-call`, { phoneNumber: number })
      await send('PATCH', ofAgent, {})
      await send('PATCH', ofAgent, { agent_name: 'Lea' })
    }
    await send('PATCH', path, { name: 'A Third Name', settings: { confirm_caller_name: true } })
    await send('PUT', ofContact, { name: 'Bea', attributes: null })

    const { entries } = (await auditOf(id, ADMIN)).body
    const written = entries.slice(0, entries.length - before).reverse()
    expect(
      written.map(({ action, details }: { action: string; details: object }) => [action, details]),
    ).toEqual([
      ['change_organization', { changed: ['name'] }],
      ['change_organization', { changed: ['confirm_caller_name'] }],
      ['change_organization', { changed: ['status'], status: 'suspended' }],
      ['change_contact', { changed: ['attributes', 'name'] }],
      ['add_do_not_call', {}],
      ['begin_agent_change', { changed: ['name'] }],
      ['change_organization', { changed: ['name'] }],
      ['change_contact', { changed: ['attributes'] }],
    ])
  })

  test('it, asked for by a member, a stranger or a key, is not shown', async () => {
    const { id, owner } = await anOrganization()
    const [member, stranger] = [await aUser(world), await aUser(world)]
    await request(world.origin, 'POST', `/api/organizations/${id}/members`, {
      token: ADMIN,
      body: { userId: member.id },
    })
    const made = await request(world.origin, 'POST', `/api/organizations/${id}/api-keys`, {
      token: owner.token,
      body: { name: 'CRM', scopes: ['read'] },
    })

    expectProblem(await auditOf(id, member.token), 403, 'role_required')
    expectProblem(await auditOf(id, stranger.token), 404, 'organization_not_found')
    expect((await auditOf(id, made.body.key)).status).toBe(403)
    const all = await request(world.origin, 'GET', '/api/admin/audit', { token: owner.token })
    expectProblem(all, 403, 'admin_required')
  })

  test('pages of it, with a cursor of all, have nothing of others, and operators’ go through all', async () => {
    const [one, other] = [await anOrganization(), await anOrganization()]
    const all = await request(world.origin, 'GET', '/api/admin/audit?limit=2', { token: ADMIN })
    const newest = await request(world.origin, 'GET', '/api/admin/audit?limit=1', { token: ADMIN })
    const behind = `?cursor=${newest.body.nextCursor}`

    const { body } = await auditOf(one.id, one.owner.token, behind)
    const rest = await request(world.origin, 'GET', `/api/admin/audit${behind}&limit=1`, {
      token: ADMIN,
    })

    expect(body.entries.map((entry: { subject: string }) => entry.subject)).toEqual([one.id])
    expect(all.body.entries.map((entry: { subject: string }) => entry.subject)).toEqual([
      other.id,
      one.id,
    ])
    expect(rest.body.entries).toEqual([all.body.entries[1]])
  })

  test('a customer, erased, leaves neither number, name nor words in it', async () => {
    const { id, owner } = await anOrganization()
    const number = '+16045550987'
    const path = `/api/organizations/${id}`
    const send = (method: string, rest: string, body?: unknown) =>
      request(world.origin, method, `${path}/${rest}`, { token: owner.token, body })
    const { contact } = (
      await send('POST', 'contacts', { phoneNumber: number, name: 'Zebulon', leadId: 'lead-zeb' })
    ).body
    await send('PUT', `contacts/${contact.id}`, { name: 'Zebulon Pike' })
    await send('POST', 'do-not-call', { phoneNumber: number, reason: 'Zebulon asked' })
    await send('DELETE', `do-not-call/${encodeURIComponent(number)}`)

    expect((await send('DELETE', `contacts/${contact.id}`)).status).toBe(200)

    const rows = await world.sql<{ action: string; row: string }>(
      'select action, a::text as row from audit_log a where organization_id = $1 order by created_at',
      [id],
    )
    expect(rows.map(({ action }) => action)).toEqual([
      'sign_up_organization',
      'create_contact',
      'change_contact',
      'add_do_not_call',
      'remove_do_not_call',
      'delete_contact',
    ])
    expect(rows.map(({ row }) => row).join()).not.toMatch(/zeb|5550987/i)
  })
})
