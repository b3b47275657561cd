import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aKey } from '../support/api-keys.ts'
import { deliverDue } from '../support/events.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, aUser, request, signUp } from '../support/requests.ts'
import { webhookReceiver } from '../support/webhook-receiver.ts'
import { startWorld, type World } from '../support/world.ts'

type Somebody = Awaited<ReturnType<typeof aUser>>
type Whom = { email?: string; userId?: string; role?: string }

describe('an admin who is one no more', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  /** An organization with two admins: its owner, and one who will lose that right. */
  async function anOrganization() {
    const owner = await aUser(world)
    const { organization } = await signUp(world, { provisionPhone: false }, owner.token)
    const admin = await aUser(world)
    const path = `/api/organizations/${organization.id}/members`
    const set = (token: string, body: Whom) => request(world.origin, 'POST', path, { token, body })
    await set(ADMIN, { userId: admin.id, role: 'admin' })
    const remove = (token: string, member: string) =>
      request(world.origin, 'DELETE', `${path}/${member}`, { token })
    const open = async () =>
      (await request(world.origin, 'GET', path, { token: owner.token })).body.members.filter(
        ({ status }: { status: string }) => status === 'invited',
      )
    return { id: organization.id as string, owner, admin, set, remove, open }
  }
  type Organization = Awaited<ReturnType<typeof anOrganization>>

  const ends: [string, (organization: Organization) => ReturnType<Organization['remove']>][] = [
    ['removed', ({ owner, admin, remove }) => remove(owner.token, admin.id)],
    ['leaving', ({ admin, remove }) => remove(admin.token, admin.id)],
    [
      'made a member',
      ({ owner, admin, set }) => set(owner.token, { userId: admin.id, role: 'member' }),
    ],
    [
      'made a member by themselves',
      ({ admin, set }) => set(admin.token, { userId: admin.id, role: 'member' }),
    ],
  ]

  const invitesOf = async ({ token }: Somebody) =>
    (await request(world.origin, 'GET', '/api/invites', { token })).body.invites
  const accept = (inviteId: string, { token }: Somebody, inviteToken?: string) =>
    request(world.origin, 'POST', `/api/invites/${inviteId}/accept`, {
      token,
      body: inviteToken ? { token: inviteToken } : {},
    })

  test.each(ends)('%s, lets nobody in by an invite of before', async (_end, end) => {
    const organization = await anOrganization()
    const { admin, set, open } = organization
    const [byAddress, byId] = [await aUser(world), await aUser(world)]
    const { body } = await set(admin.token, { email: byAddress.email, role: 'admin' })
    await set(admin.token, { userId: byId.id, role: 'admin' })
    const [[toAddress], [toId]] = [await invitesOf(byAddress), await invitesOf(byId)]

    const ended = await end(organization)

    expect(
      ended.body.withdrawnInvites
        .map(({ email, user_id }: Whom & { user_id: string }) => email ?? user_id)
        .sort(),
    ).toEqual([byAddress.email, byId.id].sort())
    expect(await open()).toEqual([])
    for (const answer of [
      await accept(toAddress.id, byAddress, body.inviteToken),
      await accept(toId.id, byId),
    ]) {
      expectProblem(answer, 404, 'invite_not_found')
    }
  })

  test.each(ends)('%s, does not rise again by an invite of before', async (_end, end) => {
    const organization = await anOrganization()
    const { id, owner, admin, set } = organization
    const { body } = await set(owner.token, { email: admin.email, role: 'admin' })
    const [invite] = await invitesOf(admin)

    await end(organization)

    expect(await invitesOf(admin)).toEqual([])
    expectProblem(await accept(invite.id, admin, body.inviteToken), 404, 'invite_not_found')
    const roles = await world.sql(
      'select role from organization_members where organization_id = $1 and user_id = $2',
      [id, admin.id],
    )
    expect(roles).not.toContainEqual({ role: 'admin' })
    const anew = await set(owner.token, { email: admin.email, role: 'admin' })
    const [again] = await invitesOf(admin)
    const accepted = await accept(again.id, admin, anew.body.inviteToken)
    expect(accepted.body.member).toMatchObject({ role: 'admin' })
  })

  test.each(ends)('%s, leaves keys that are named', async (_end, end) => {
    const organization = await anOrganization()
    const { id, owner, admin } = organization
    const { id: keyId } = await aKey(world, id, ['numbers:write'], admin.token)
    await aKey(world, id, ['read'], owner.token)

    const ended = await end(organization)

    expect(ended.body.keys).toMatchObject([{ id: keyId, name: 'CRM' }])
  })

  test.each(ends)('%s, leaves endpoints that are named', async (_end, end) => {
    const organization = await anOrganization()
    const { id, owner, admin } = organization
    const base = `/api/organizations/${id}/webhook-endpoints`
    const own = { url: 'https://own.example.com/in', description: 'CRM' }
    const made = await request(world.origin, 'POST', base, { token: admin.token, body: own })
    await request(world.origin, 'POST', base, { token: owner.token, body: own })

    const ended = await end(organization)

    const { id: endpointId } = made.body.webhookEndpoint
    expect(ended.body.endpoints).toEqual([{ id: endpointId, ...own, status: 'active' }])
  })

  test.each(ends)(
    '%s, leaves endpoints that were paused before, named as such',
    async (_end, end) => {
      const organization = await anOrganization()
      const { id, admin } = organization
      const base = `/api/organizations/${id}/webhook-endpoints`
      const made = await request(world.origin, 'POST', base, {
        token: admin.token,
        body: { url: 'https://own.example.com/in' },
      })
      const { id: endpointId } = made.body.webhookEndpoint
      const path = `${base}/${endpointId}`
      await request(world.origin, 'PATCH', path, { token: admin.token, body: { status: 'paused' } })

      const ended = await end(organization)

      expect(ended.body.endpoints).toMatchObject([{ id: endpointId, status: 'paused' }])
    },
  )

  test('removed, leaves an endpoint that another admin has resumed to that one', async () => {
    const { id, owner, admin, remove } = await anOrganization()
    const base = `/api/organizations/${id}/webhook-endpoints`
    const change = (token: string, endpointId: string, status: string) =>
      request(world.origin, 'PATCH', `${base}/${endpointId}`, { token, body: { status } })
    const enter = async () => {
      const body = { url: 'https://own.example.com/in' }
      const made = await request(world.origin, 'POST', base, { token: admin.token, body })
      return made.body.webhookEndpoint.id as string
    }
    const [resumed, kept] = [await enter(), await enter()]
    await change(admin.token, resumed, 'paused')
    await change(owner.token, resumed, 'active')
    // It was active already: nobody says anything of its address.
    await change(owner.token, kept, 'active')

    const removed = await remove(owner.token, admin.id)

    expect(removed.body.endpoints).toMatchObject([{ id: kept, status: 'active' }])
  })

  test('made a member, and leaving then, is named nothing that a plain member may not list', async () => {
    const { id, owner, admin, set, remove } = await anOrganization()
    await aKey(world, id, ['read'], admin.token)
    await request(world.origin, 'POST', `/api/organizations/${id}/webhook-endpoints`, {
      token: admin.token,
      body: { url: 'https://own.example.com/in' },
    })
    await set(owner.token, { userId: admin.id, role: 'member' })

    const left = await remove(admin.token, admin.id)

    expect(left).toMatchObject({ status: 200, body: { keys: [], endpoints: [] } })
  })

  test('removed, with an option for it, has no customer’s text told to an address of theirs', async () => {
    const receiver = await webhookReceiver()
    const { owner, admin, id, remove } = await anOrganization()
    const base = `/api/organizations/${id}/webhook-endpoints`
    const enter = (token: string, url: string) =>
      request(world.origin, 'POST', base, { token, body: { url, events: ['contact.created'] } })
    await enter(admin.token, receiver.url)
    const others = await enter(owner.token, 'https://crm.example.com/in')
    const path = `${base}/${others.body.webhookEndpoint.id}`
    await request(world.origin, 'PATCH', path, { token: admin.token, body: { url: receiver.url } })
    const kept = await enter(owner.token, receiver.url)
    const makeContact = () =>
      request(world.origin, 'POST', `/api/organizations/${id}/contacts`, {
        token: owner.token,
        body: { phoneNumber: '+16045550177' },
      })

    const removed = await remove(owner.token, `${admin.id}?pauseEndpoints=true`)
    await makeContact()
    await deliverDue(world)

    expect(removed.status).toBe(200)
    expect(removed.body.endpoints.map(({ status }: { status: string }) => status)).toEqual([
      'paused',
      'paused',
    ])
    expect(receiver.requests).toHaveLength(1)
    expect(receiver.verified(kept.body.secret)).toHaveLength(1)
    const { body } = await request(world.origin, 'GET', base, { token: owner.token })
    expect(
      body.webhookEndpoints.map(({ paused_reason }: { paused_reason: string }) => paused_reason),
    ).toEqual([null, 'requested', 'requested'])
  })

  test('removed, leaves invites open that another admin has made, or made anew', async () => {
    const { owner, admin, set, remove, open } = await anOrganization()
    const [anew, others] = [`${randomUUID()}@example.com`, `${randomUUID()}@example.com`]
    await set(admin.token, { email: anew })
    await set(owner.token, { email: anew })
    await set(owner.token, { email: others })

    const removed = await remove(owner.token, admin.id)

    expect(removed.body.withdrawnInvites).toEqual([])
    expect((await open()).map(({ email }: Whom) => email).sort()).toEqual([anew, others].sort())
  })

  test('a member who keeps the role, or rises, keeps what they made', async () => {
    const { admin, set, open } = await anOrganization()
    await set(admin.token, { email: `${randomUUID()}@example.com` })

    const answer = await set(ADMIN, { userId: admin.id, role: 'admin' })

    expect(answer.body).toMatchObject({ keys: [], withdrawnInvites: [] })
    expect(await open()).toHaveLength(1)
  })

  test('a plain member, leaving by their own address, is out, and by another’s is refused', async () => {
    const { owner, set, remove } = await anOrganization()
    const [user, other] = [await aUser(world), await aUser(world)]
    for (const each of [user, other]) {
      const { body } = await set(owner.token, { email: each.email })
      const [invite] = await invitesOf(each)
      await accept(invite.id, each, body.inviteToken)
    }

    expectProblem(await remove(user.token, other.email), 403, 'role_required')
    expectProblem(await remove(user.token, 'nobody@example.com'), 403, 'role_required')
    expect((await remove(user.token, user.email.toUpperCase())).status).toBe(200)
    expectProblem(await remove(user.token, user.email), 404, 'organization_not_found')
  })
})
