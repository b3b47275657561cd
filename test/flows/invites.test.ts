import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { userActor } from '../support/actors.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { ADMIN, aUser, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('somebody invited by e-mail', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  async function anOrganization(fields: Record<string, unknown> = { provisionPhone: false }) {
    const { organization, token } = await signUp(world, fields)
    return { id: organization.id as string, token, organization }
  }
  const invite = (id: string, token: string, email: string, role?: string) =>
    request(world.origin, 'POST', `/api/organizations/${id}/members`, {
      token,
      body: { email, ...(role && { role }) },
    })
  const visit = (id: string, token: string) =>
    request(world.origin, 'GET', `/api/organizations/${id}`, { token })
  const membersOf = async (id: string) =>
    (await request(world.origin, 'GET', `/api/organizations/${id}/members`, { token: ADMIN })).body
      .members

  test('is let in at the first request, with the role of the invite', async () => {
    const { id, token } = await anOrganization()
    const user = await aUser(world)
    await invite(id, token, user.email.toUpperCase(), 'admin')

    const answer = await visit(id, user.token)

    expect(answer).toMatchObject({ status: 200, body: { organization: { id } } })
    const [joined, ...others] = await membersOf(id)
    expect(joined).toMatchObject({
      user_id: user.id,
      email: user.email,
      role: 'admin',
      status: 'active',
    })
    expect(others).toHaveLength(1)
    const renamed = await request(world.origin, 'PATCH', `/api/organizations/${id}`, {
      token: user.token,
      body: { name: 'By The New Admin' },
    })
    expect(renamed.status).toBe(200)
  })

  test('whose first request dials, dials once', async () => {
    const { id, token, organization } = await anOrganization({})
    const user = await aUser(world)
    await invite(id, token, user.email)

    const answer = await request(world.origin, 'POST', '/api/elevenlabs/outbound-call', {
      token: user.token,
      body: { organizationId: id, phoneNumber: '+16045559760' },
      headers: { 'idempotency-key': 'first' },
    })

    expect(answer).toMatchObject({ status: 200, body: { from: organization.phoneNumber } })
    const calls = await world.sql('select 1 from calls where organization_id = $1', [id])
    expect(calls).toHaveLength(1)
  })

  test('into two organizations, is let into both', async () => {
    const [one, two] = [await anOrganization(), await anOrganization()]
    const user = await aUser(world)
    await invite(one.id, one.token, user.email)
    await invite(two.id, two.token, user.email)

    const answers = [await visit(one.id, user.token), await visit(two.id, user.token)]

    expect(answers.map(({ status }) => status)).toEqual([200, 200])
  })

  test('who asks ten times at once, is let in each time and is one member', async () => {
    const { id, token } = await anOrganization()
    const user = await aUser(world)
    await invite(id, token, user.email)

    const answers = await Promise.all(Array.from({ length: 10 }, () => visit(id, user.token)))

    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200))
    expect(await membersOf(id)).toHaveLength(2)
  })

  test('with another address, or into another organization, stays out', async () => {
    const [inviting, other] = [await anOrganization(), await anOrganization()]
    const [invited, stranger] = [await aUser(world), await aUser(world)]
    await invite(inviting.id, inviting.token, invited.email)

    const answers = [await visit(inviting.id, stranger.token), await visit(other.id, invited.token)]

    expect(answers.map(({ status }) => status)).toEqual([404, 404])
  })

  test('who is a member since, is found by the address, and can be removed by it', async () => {
    const { id, token } = await anOrganization()
    const user = await aUser(world)
    await invite(id, token, user.email)
    await visit(id, user.token)

    const again = await invite(id, token, user.email, 'admin')
    const path = `/api/organizations/${id}/members/${encodeURIComponent(user.email)}`
    const removed = await request(world.origin, 'DELETE', path, { token })

    expect(again).toMatchObject({
      status: 200,
      body: { member: { user_id: user.id, role: 'admin', status: 'active' } },
    })
    expect(removed.status).toBe(200)
    expect((await visit(id, user.token)).status).toBe(404)
  })

  test('as a member, who is one already by id, does not lose the role admin', async () => {
    const [one, two] = [await anOrganization(), await anOrganization()]
    const user = await aUser(world)
    await request(world.origin, 'POST', `/api/organizations/${one.id}/members`, {
      token: one.token,
      body: { userId: user.id, role: 'admin' },
    })
    await invite(one.id, one.token, user.email)
    await invite(two.id, two.token, user.email)

    await visit(two.id, user.token)

    expect(await membersOf(one.id)).toContainEqual(
      expect.objectContaining({ user_id: user.id, email: user.email, role: 'admin' }),
    )
  })

  const setById = (id: string, token: string, userId: string, role: string) =>
    request(world.origin, 'POST', `/api/organizations/${id}/members`, {
      token,
      body: { userId, role },
    })
  const removeById = (id: string, token: string, userId: string) =>
    request(world.origin, 'DELETE', `/api/organizations/${id}/members/${userId}`, { token })

  test('as an admin, who is a member already by id, rises at the first request that takes an admin', async () => {
    const { id, token } = await anOrganization()
    const user = await aUser(world)
    await setById(id, token, user.id, 'member')
    await invite(id, token, user.email, 'admin')

    const answer = await request(world.origin, 'GET', `/api/organizations/${id}/members`, {
      token: user.token,
    })

    expect(answer.status).toBe(200)
    expect(await membersOf(id)).toMatchObject([
      { user_id: user.id, email: user.email, role: 'admin', status: 'active' },
      { role: 'admin' },
    ])
  })

  test('who was added by id and removed, stays out, and is let in when invited anew', async () => {
    const { id, token } = await anOrganization()
    const user = await aUser(world)
    await invite(id, token, user.email, 'admin')
    await setById(id, token, user.id, 'member')
    await visit(id, user.token)

    const removed = await removeById(id, token, user.id)
    const after = await visit(id, user.token)

    expect([removed.status, after.status]).toEqual([200, 404])
    await invite(id, token, user.email)
    expect((await visit(id, user.token)).status).toBe(200)
  })

  test('who was removed and invited anew before coming back, is let in', async () => {
    const { id, token } = await anOrganization()
    const user = await aUser(world)
    await invite(id, token, user.email, 'admin')
    await setById(id, token, user.id, 'member')
    await removeById(id, token, user.id)

    await invite(id, token, user.email)

    expect((await visit(id, user.token)).status).toBe(200)
  })

  test('whose other request has just taken the invite up, is asked in again', async () => {
    const { id, token } = await anOrganization()
    const user = await aUser(world)
    await invite(id, token, user.email)

    const admitted = [
      await world.context.organizations.members.takeUpInvites(userActor(user.id), user.email),
      await world.context.organizations.members.takeUpInvites(userActor(user.id), user.email),
    ]

    expect(admitted).toEqual([true, true])
  })

  test('at an address that another member had before, takes it over', async () => {
    const { id, token } = await anOrganization()
    const [first, second] = [await aUser(world), await aUser(world)]
    await setById(id, token, second.id, 'member')
    await invite(id, token, first.email, 'admin')
    await world.sql('update organization_members set email = $1 where user_id = $2', [
      first.email,
      second.id,
    ])

    expect((await visit(id, first.token)).status).toBe(200)

    const members = await membersOf(id)
    expect(members).toContainEqual(
      expect.objectContaining({ user_id: first.id, email: first.email, role: 'admin' }),
    )
    expect(members).toContainEqual(expect.objectContaining({ user_id: second.id, email: null }))
  })

  test('costs those who are members nothing: nobody asks for their invites', async () => {
    const { id, token } = await anOrganization()
    const rpc = vi.spyOn(world.context.db, 'rpc')

    await visit(id, token)
    await visit(id, ADMIN)

    const asked = rpc.mock.calls.map(([name]) => name)
    rpc.mockRestore()
    expect(asked).toEqual(['get_organization', 'get_organization'])
  })
})
