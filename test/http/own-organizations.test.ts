import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, aUser, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('one’s own organizations', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  const me = async (token: string) =>
    (await request(world.origin, 'GET', '/api/me', { token })).body
  const onMembers = (organizationId: string, body: object) =>
    request(world.origin, 'POST', `/api/organizations/${organizationId}/members`, {
      token: ADMIN,
      body,
    })

  test('a page, loaded again, finds user, organizations, roles and numbers', async () => {
    const user = await aUser(world)
    const { organization: own } = await signUp(world, {}, user.token)
    const { organization: other } = await signUp(world, { provisionPhone: false })
    await onMembers(other.id, { userId: user.id, role: 'member' })

    const { organizations, ...rest } = await me(user.token)

    expect(rest).toEqual({
      success: true,
      user: { id: user.id, email: user.email },
      key: null,
      invites: [],
    })
    expect(
      organizations.map(({ organization, role }: { organization: typeof own; role: string }) => [
        organization.id,
        organization.phoneNumber,
        role,
      ]),
    ).toEqual([
      [other.id, null, 'member'],
      [own.id, own.phoneNumber, 'admin'],
    ])
  })

  test('an invite, of an address, is shown to whoever has it and to nobody else', async () => {
    const invited = await aUser(world)
    const { organization } = await signUp(world, { provisionPhone: false })
    await onMembers(organization.id, { email: invited.email, role: 'admin' })

    const shown = await me(invited.token)
    const others = await me((await aUser(world)).token)

    expect(shown.organizations).toEqual([])
    expect(shown.invites).toMatchObject([
      { organization_id: organization.id, organization_name: organization.name, role: 'admin' },
    ])
    expect(others.invites).toEqual([])
  })

  test('an operator, asking who they are, is no user and has no organization of their own', async () => {
    expect(await me(ADMIN)).toEqual({
      success: true,
      user: null,
      key: null,
      organizations: [],
      invites: [],
    })
  })

  test('a key, asking who it is, is told its organization and its scopes', async () => {
    const { organization, token } = await signUp(world, { provisionPhone: false })
    const path = `/api/organizations/${organization.id}/api-keys`
    const made = await request(world.origin, 'POST', path, {
      token,
      body: { name: 'CRM', scopes: ['read', 'calls:write'] },
    })

    const { user, key, organizations } = await me(made.body.key)

    expect(key).toEqual({
      id: made.body.apiKey.id,
      organizationId: organization.id,
      scopes: ['read', 'calls:write'],
    })
    expect([user, organizations]).toEqual([null, []])
  })

  test('a sign-up, sent again by its user, is told the organization, also where the limit is reached', async () => {
    const user = await aUser(world)
    const name = `Twice ${randomUUID()}`
    const fields = { name, provisionPhone: false }
    const { organization } = await signUp(world, fields, user.token)
    await signUp(world, { provisionPhone: false }, user.token)
    await signUp(world, { provisionPhone: false }, user.token)

    const { answer } = await signUp(world, fields, user.token)

    expectProblem(answer, 409, 'already_signed_up')
    expect(answer.body.organizationId).toBe(organization.id)
    expect(answer.body.detail).toContain(organization.id)
  })

  test('a slug, of somebody else, is taken, and nobody is told whose it is', async () => {
    const { organization } = await signUp(world, { provisionPhone: false })

    const { answer } = await signUp(world, { slug: organization.slug, provisionPhone: false })

    expectProblem(answer, 409, 'slug_taken')
    expect(JSON.stringify(answer.body)).not.toContain(organization.id)
  })

  test('a sign-up, of each outcome, says the next steps in words', async () => {
    const ready = (await signUp(world)).answer.body
    const without = (await signUp(world, { provisionPhone: false })).answer.body

    expect(ready.nextSteps[0]).toContain(ready.organization.phoneNumber)
    expect(without.nextSteps[0]).toContain('has no number')
  })

  test('the next steps, once the page is loaded again, are told with the organization everywhere', async () => {
    const user = await aUser(world)
    const { organization, answer } = await signUp(world, {}, user.token)
    const path = `/api/organizations/${organization.id}`

    const one = (await request(world.origin, 'GET', path, { token: user.token })).body
    const [own] = (await me(user.token)).organizations
    const changed = await request(world.origin, 'PATCH', path, {
      token: user.token,
      body: { name: `Renamed ${randomUUID()}` },
    })

    expect(answer.body.nextSteps).not.toEqual([])
    expect(one.nextSteps).toEqual(answer.body.nextSteps)
    expect(own.nextSteps).toEqual(answer.body.nextSteps)
    expect(changed.body.nextSteps[0]).toContain(changed.body.organization.name)
  })
})
