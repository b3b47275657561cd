import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addressOf, nameMeantBy } from '../../src/organizations/members/member.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, aUser, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('somebody invited', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  async function anOrganization() {
    const owner = await aUser(world)
    const { organization } = await signUp(world, { provisionPhone: false }, owner.token)
    return { id: organization.id as string, token: owner.token, owner }
  }
  type Whom = { email?: string; userId?: string; role?: string }
  const invite = (id: string, token: string, whom: Whom) =>
    request(world.origin, 'POST', `/api/organizations/${id}/members`, { token, body: whom })
  const visit = (id: string, token: string) =>
    request(world.origin, 'GET', `/api/organizations/${id}`, { token })
  const invitesOf = async (token: string) =>
    (await request(world.origin, 'GET', '/api/invites', { token })).body.invites
  const answer = (
    inviteId: string,
    token: string,
    inviteToken: string | undefined,
    what = 'accept',
  ) =>
    request(world.origin, 'POST', `/api/invites/${inviteId}/${what}`, {
      token,
      body: inviteToken === undefined ? {} : { token: inviteToken },
    })
  const remove = (id: string, token: string, member: string, query = '') =>
    request(world.origin, 'DELETE', `/api/organizations/${id}/members/${member}${query}`, { token })

  /** An organization that has invited a user by the address, with the invite as the user sees it. */
  async function invited(role = 'member') {
    const organization = await anOrganization()
    const user = await aUser(world)
    const whom = { email: user.email.toUpperCase(), role }
    const { body } = await invite(organization.id, organization.token, whom)
    const [seen] = await invitesOf(user.token)
    return { ...organization, user, inviteToken: body.inviteToken as string, inviteId: seen.id }
  }

  test.each(['accept', 'decline'])('by id, to %s, may do so without a body', async (what) => {
    const organization = await anOrganization()
    const user = await aUser(world)
    await invite(organization.id, organization.token, { userId: user.id })
    const [{ id }] = await invitesOf(user.token)

    const answered = await request(world.origin, 'POST', `/api/invites/${id}/${what}`, {
      token: user.token,
    })

    expect(answered.status).toBe(200)
    expect((await visit(organization.id, user.token)).status).toBe(what === 'accept' ? 200 : 404)
  })

  test('by e-mail, to accept without a body, is told that the token is missing', async () => {
    const { inviteId, user } = await invited()

    const answered = await request(world.origin, 'POST', `/api/invites/${inviteId}/accept`, {
      token: user.token,
    })

    expectProblem(answered, 403, 'invite_token_wrong')
  })

  test('by e-mail, accepting with the token of the invite, is a member with its role', async () => {
    const { id, user, inviteToken, inviteId } = await invited('admin')

    const accepted = await answer(inviteId, user.token, inviteToken)

    const member = { user_id: user.id, email: user.email, role: 'admin', status: 'active' }
    expect(accepted).toMatchObject({ status: 200, body: { organizationId: id, member } })
    expect((await visit(id, user.token)).status).toBe(200)
    expect(await invitesOf(user.token)).toEqual([])
    const log = await world.sql('select action, actor_id from audit_log where subject = $1', [
      inviteId,
    ])
    expect(log).toContainEqual({ action: 'accept_invite', actor_id: user.id })
  })

  test('by e-mail, asking for anything at all, is no member and gets nothing made elsewhere', async () => {
    const { id, user } = await invited('admin')

    expectProblem(await visit(id, user.token), 404, 'organization_not_found')
    const agent = await request(world.origin, 'POST', '/api/agents', {
      token: user.token,
      body: { agent_name: 'Ann', provision_phone: false },
    })

    expectProblem(agent, 400, 'organization_required')
    expect(await invitesOf(user.token)).toHaveLength(1)
  })

  test.each([
    ['without a token', undefined],
    ['with another token', 'x'.repeat(43)],
  ])(
    'by e-mail, accepting or declining %s, is refused, and the invite stays open',
    async (_, wrong) => {
      const { id, user, inviteId } = await invited()

      for (const what of ['accept', 'decline']) {
        expectProblem(await answer(inviteId, user.token, wrong, what), 403, 'invite_token_wrong')
      }

      expect(await invitesOf(user.token)).toHaveLength(1)
      expectProblem(await visit(id, user.token), 404, 'organization_not_found')
    },
  )

  test('at another address, with the token all the same, finds no such invite', async () => {
    const { inviteToken, inviteId } = await invited()
    const stranger = await aUser(world)

    const given = await answer(inviteId, stranger.token, inviteToken)

    expectProblem(given, 404, 'invite_not_found')
    expect(await invitesOf(stranger.token)).toEqual([])
  })

  test('by e-mail, invited anew, takes the new token and not the one before', async () => {
    const { id, token, user, inviteToken, inviteId } = await invited()
    const { body } = await invite(id, token, { email: user.email })

    const before = await answer(inviteId, user.token, inviteToken)

    expectProblem(before, 403, 'invite_token_wrong')
    expect((await answer(inviteId, user.token, body.inviteToken)).status).toBe(200)
  })

  test('by id, accepts without a token, and until then is none', async () => {
    const { id, token } = await anOrganization()
    const [user, other] = [await aUser(world), await aUser(world)]
    const made = await invite(id, token, { userId: user.id })
    const [seen] = await invitesOf(user.token)

    expect(made).toMatchObject({
      status: 201,
      body: { inviteToken: null, member: { user_id: user.id, status: 'invited' } },
    })
    expectProblem(await visit(id, user.token), 404, 'organization_not_found')
    expectProblem(await answer(seen.id, other.token, undefined), 404, 'invite_not_found')
    expect((await answer(seen.id, user.token, undefined)).status).toBe(200)
    expect((await visit(id, user.token)).status).toBe(200)
  })

  test('declining, is asked no more and stays out', async () => {
    const { id, user, inviteToken, inviteId } = await invited()

    expect((await answer(inviteId, user.token, inviteToken, 'decline')).status).toBe(200)

    expect(await invitesOf(user.token)).toEqual([])
    expectProblem(await answer(inviteId, user.token, inviteToken), 404, 'invite_not_found')
    expectProblem(await visit(id, user.token), 404, 'organization_not_found')
  })

  test('accepting ten times at once, is one member, by one of them', async () => {
    const { id, token, user, inviteToken, inviteId } = await invited()

    const answers = await Promise.all(
      Array.from({ length: 10 }, () => answer(inviteId, user.token, inviteToken)),
    )

    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(404)])
    const { body } = await request(world.origin, 'GET', `/api/organizations/${id}/members`, {
      token,
    })
    expect(body.members).toHaveLength(2)
  })

  test('as a member, who is an admin already, stays one', async () => {
    const { id, user, inviteToken, inviteId } = await invited('member')
    await invite(id, ADMIN, { userId: user.id, role: 'admin' })

    const { body } = await answer(inviteId, user.token, inviteToken)

    expect(body.member).toMatchObject({ user_id: user.id, email: user.email, role: 'admin' })
  })

  test('before having been removed, is invited by it no more', async () => {
    const { id, token, user, inviteToken, inviteId } = await invited()
    await invite(id, ADMIN, { userId: user.id })
    await remove(id, token, user.id)

    expect(await invitesOf(user.token)).toEqual([])
    expectProblem(await answer(inviteId, user.token, inviteToken), 404, 'invite_not_found')
    const { body } = await invite(id, token, { email: user.email })
    expect((await answer(inviteId, user.token, body.inviteToken)).status).toBe(200)
  })

  test('a member, leaving, is out; a last admin hands over first', async () => {
    const { id, token, owner, user, inviteToken, inviteId } = await invited()
    await answer(inviteId, user.token, inviteToken)

    expectProblem(await remove(id, token, owner.id), 409, 'wrong_state')
    expect((await remove(id, user.token, user.id)).status).toBe(200)
    expectProblem(await visit(id, user.token), 404, 'organization_not_found')
    expectProblem(await remove(id, user.token, user.id), 404, 'organization_not_found')
  })

  /** A second admin of an organization, and the answer to their making a key. */
  async function anAdminWithAKey() {
    const { id, token } = await anOrganization()
    const admin = await aUser(world)
    await invite(id, ADMIN, { userId: admin.id, role: 'admin' })
    const made = await request(world.origin, 'POST', `/api/organizations/${id}/api-keys`, {
      token: admin.token,
      body: { name: 'CRM', scopes: ['read'] },
    })
    return { id, token, admin, made }
  }

  test('an admin, removed, leaves keys that are named, and revoked where that is asked for', async () => {
    const { id, token, admin, made } = await anAdminWithAKey()

    const first = await remove(id, token, admin.id)
    expect(first.body.keys).toMatchObject([{ id: made.body.apiKey.id, name: 'CRM' }])
    expect((await visit(id, made.body.key)).status).toBe(200)
    await invite(id, ADMIN, { userId: admin.id, role: 'admin' })
    const second = await remove(id, token, admin.id, '?revokeKeys=true')

    expect(second).toMatchObject({ status: 200, body: { keys: [] } })
    expect((await visit(id, made.body.key)).status).toBe(401)
  })

  test('a member who is no admin, leaving, ends no keys, also not their own', async () => {
    const { id, token, admin, made } = await anAdminWithAKey()
    await invite(id, token, { userId: admin.id, role: 'member' })

    const refused = await remove(id, admin.token, admin.id, '?revokeKeys=true')

    expectProblem(refused, 403, 'role_required')
    expect((await visit(id, made.body.key)).status).toBe(200)
    expect((await visit(id, admin.token)).status).toBe(200)
    expect((await remove(id, admin.token, admin.id)).status).toBe(200)
  })

  test('an admin, leaving, may end the keys they made', async () => {
    const { id, token, owner } = await anOrganization()
    await invite(id, ADMIN, { userId: (await aUser(world)).id, role: 'admin' })
    const made = await request(world.origin, 'POST', `/api/organizations/${id}/api-keys`, {
      token,
      body: { name: 'CRM', scopes: ['read'] },
    })

    const left = await remove(id, token, owner.id, '?revokeKeys=true')

    expect(left).toMatchObject({ status: 200, body: { keys: [] } })
    expect((await visit(id, made.body.key)).status).toBe(401)
  })

  test('an operator, asking for invites, has none', async () => {
    expect(await invitesOf(ADMIN)).toEqual([])
  })

  test.each([
    ['in capitals', 'Ann@Example.com', 'ann@example.com'],
    ['with a letter that is ASCII in lower case', 'an\u212A@example.com', null],
    ['with an accent', 'ré@example.com', null],
    ['that is missing', undefined, null],
    ['that is empty', '', null],
  ])(
    'an address in a token, %s, is taken for an invite only where it is ASCII',
    (_, email, expected) => {
      expect(addressOf({ kind: 'user', userId: 'x', email })).toBe(expected)
    },
  )

  test('an address that becomes another’s in lower case, in a token, does not mean its user where that one is named', () => {
    const named = { email: 'ank@example.com' }
    const principal = (email: string) => ({ kind: 'user', userId: 'x', email }) as const

    expect(nameMeantBy(principal('an\u212A@example.com'), named)).toEqual(named)
    expect(nameMeantBy(principal('Ank@Example.com'), named)).toEqual({ ...named, userId: 'x' })
  })
})
