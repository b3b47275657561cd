import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { effects } from '../support/effects.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem, wrongParts } from '../support/problems.ts'
import { ADMIN, aUser, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('members', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  /** An organization whose first admin is `owner`, with what its members route takes. */
  async function anOrganization() {
    const owner = await aUser(world)
    const { organization } = await signUp(world, { provisionPhone: false }, owner.token)
    const path = `/api/organizations/${organization.id}/members`
    return {
      id: organization.id as string,
      owner,
      list: (token: string, query = '') => request(world.origin, 'GET', path + query, { token }),
      set: (token: string, body: unknown, headers: Record<string, string> = {}) =>
        request(world.origin, 'POST', path, { token, body, headers }),
      remove: (token: string, member: string) =>
        request(world.origin, 'DELETE', `${path}/${encodeURIComponent(member)}`, { token }),
    }
  }

  test('a user, added by id, is a member and may use the organization', async () => {
    const { id, owner, list, set } = await anOrganization()
    const user = await aUser(world)

    const added = await set(ADMIN, { userId: user.id })

    const member = { user_id: user.id, email: null, role: 'member', status: 'active' }
    expect(added).toMatchObject({ status: 201, body: { success: true, member } })
    const { body } = await list(owner.token)
    expect(body).toMatchObject({
      success: true,
      members: [member, { user_id: owner.id, email: owner.email, role: 'admin', status: 'active' }],
      nextCursor: null,
    })
    const used = await request(world.origin, 'GET', `/api/organizations/${id}`, {
      token: user.token,
    })
    expect(used.status).toBe(200)
  })

  test('an e-mail address, invited in capitals, is listed as pending in lower case', async () => {
    const { owner, list, set } = await anOrganization()

    const invited = await set(owner.token, { email: 'Jo.Smith@Example.com', role: 'admin' })

    const invite = {
      user_id: null,
      email: 'jo.smith@example.com',
      role: 'admin',
      status: 'invited',
    }
    expect(invited).toMatchObject({ status: 201, body: { member: invite } })
    expect((await list(owner.token)).body.members[0]).toMatchObject(invite)
  })

  test('who is there already, set again, is not doubled and has the role changed when one is given', async () => {
    const { owner, list, set } = await anOrganization()
    const email = 'twice@example.com'
    const userId = randomUUID()

    const answers = [
      await set(ADMIN, { userId, role: 'admin' }),
      await set(ADMIN, { userId }),
      await set(ADMIN, { userId, role: 'member' }),
      await set(owner.token, { email }),
      await set(owner.token, { email: email.toUpperCase(), role: 'admin' }),
    ]

    expect(answers.map(({ status, body }) => [status, body.member.role])).toEqual([
      [201, 'admin'],
      [200, 'admin'],
      [200, 'member'],
      [201, 'member'],
      [200, 'admin'],
    ])
    expect((await list(owner.token)).body.members).toHaveLength(3)
  })

  test('one invite, sent ten times at once, is one', async () => {
    const { owner, list, set } = await anOrganization()

    const answers = await Promise.all(
      Array.from({ length: 10 }, () => set(owner.token, { email: 'load@example.com' })),
    )

    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(9).fill(200), 201])
    expect((await list(owner.token)).body.members).toHaveLength(2)
  })

  test('a repeat, under its Idempotency-Key, answers the first answer', async () => {
    const { set } = await anOrganization()
    const userId = randomUUID()
    const once = () => set(ADMIN, { userId }, { 'idempotency-key': 'add' })

    const answers = [await once(), await once()]

    expect(answers.map(({ status }) => status)).toEqual([201, 201])
    expect(answers[1]?.body).toEqual(answers[0]?.body)
  })

  test('a member, removed, finds no such organization any more', async () => {
    const { id, owner, remove, set } = await anOrganization()
    const user = await aUser(world)
    await set(ADMIN, { userId: user.id })

    const removed = await remove(owner.token, user.id)

    expect(removed).toMatchObject({ status: 200, body: { success: true } })
    const used = await request(world.origin, 'GET', `/api/organizations/${id}`, {
      token: user.token,
    })
    expectProblem(used, 404, 'organization_not_found')
    expectProblem(await remove(owner.token, user.id), 404, 'member_not_found')
  })

  test('an invite, taken back, lets nobody in', async () => {
    const { id, owner, remove, set } = await anOrganization()
    const user = await aUser(world)
    await set(owner.token, { email: user.email })

    const removed = await remove(owner.token, user.email.toUpperCase())

    expect(removed.status).toBe(200)
    const used = await request(world.origin, 'GET', `/api/organizations/${id}`, {
      token: user.token,
    })
    expectProblem(used, 404, 'organization_not_found')
  })

  test('the last admin, removed or demoted by whomever, stays', async () => {
    const { owner, list, remove, set } = await anOrganization()
    await set(ADMIN, { userId: randomUUID() })
    await set(owner.token, { email: 'next@example.com', role: 'admin' })

    for (const token of [owner.token, ADMIN]) {
      expectProblem(await remove(token, owner.id), 409, 'wrong_state')
      expectProblem(await set(token, { userId: owner.id, role: 'member' }), 409, 'wrong_state')
    }

    const { members } = (await list(owner.token)).body
    expect(members).toContainEqual(expect.objectContaining({ user_id: owner.id, role: 'admin' }))
  })

  test('two admins, removing each other at once, leave one', async () => {
    const { owner, list, remove, set } = await anOrganization()
    const other = await aUser(world)
    await set(ADMIN, { userId: other.id, role: 'admin' })

    const answers = await Promise.all([
      remove(owner.token, other.id),
      remove(other.token, owner.id),
    ])

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    const { members } = (await list(ADMIN)).body
    expect(members).toMatchObject([{ role: 'admin' }])
  })

  test('an admin, next to another one, may leave', async () => {
    const { owner, list, remove, set } = await anOrganization()
    const other = randomUUID()
    await set(ADMIN, { userId: other, role: 'admin' })

    expect((await remove(owner.token, owner.id)).status).toBe(200)

    expect((await list(ADMIN)).body.members).toMatchObject([{ user_id: other }])
  })

  test('a member, added by id and so known by no address, may leave by the own one', async () => {
    const { owner, list, remove, set } = await anOrganization()
    const user = await aUser(world)
    await set(ADMIN, { userId: user.id })

    expect((await remove(user.token, user.email)).status).toBe(200)

    expect((await list(owner.token)).body.members).toMatchObject([{ user_id: owner.id }])
  })

  test.each([
    ['invited', true],
    ['of nobody but themselves', false],
  ])(
    'the own address of an admin, %s, means the same to be set and to be removed',
    async (_how, isInvited) => {
      const { owner, list, remove, set } = await anOrganization()
      const user = await aUser(world)
      await set(ADMIN, { userId: user.id, role: 'admin' })
      if (isInvited) await set(owner.token, { email: user.email })
      const self = { user_id: user.id, role: 'admin', status: 'active' }
      const invite = { user_id: null, email: user.email, status: 'invited' }

      const written = await set(user.token, { email: user.email.toUpperCase(), role: 'admin' })
      expect(written).toMatchObject({ status: 200, body: { member: isInvited ? invite : self } })
      expect((await remove(user.token, user.email)).status).toBe(200)

      const left = (await list(ADMIN)).body.members
      expect(left).toHaveLength(isInvited ? 2 : 1)
      expect(left.at(-1)).toMatchObject({ user_id: owner.id })
      if (isInvited) {
        expect(left[0]).toMatchObject(self)
        expect((await remove(user.token, user.email)).status).toBe(200)
        expect((await list(ADMIN)).body.members).toMatchObject([{ user_id: owner.id }])
      }
    },
  )

  test('the own address of a mere member, which is invited, is for admins to take back', async () => {
    const { owner, list, remove, set } = await anOrganization()
    const user = await aUser(world)
    await set(ADMIN, { userId: user.id })
    await set(owner.token, { email: user.email, role: 'admin' })
    const before = (await list(owner.token)).body.members

    expectProblem(await remove(user.token, user.email), 403, 'role_required')
    expectProblem(await set(user.token, { email: user.email, role: 'admin' }), 403, 'role_required')

    expect((await list(owner.token)).body.members).toEqual(before)
  })

  test.each(['id', 'email'] as const)(
    'a mere member, named by %s, may leave, and remove nobody else',
    async (by) => {
      const { id, owner, list, remove } = await anOrganization()
      const user = await aUser(world)
      const other = await aUser(world)
      await world.sql(
        'insert into organization_members (organization_id, user_id, email, role) values ($1, $2, $3, $6), ($1, $4, $5, $6)',
        [id, user.id, user.email, other.id, other.email, 'member'],
      )

      expectProblem(await remove(user.token, other[by]), 403, 'role_required')
      expect((await remove(user.token, user[by])).status).toBe(200)

      const { members } = (await list(owner.token)).body
      const left = members.map(({ user_id }: { user_id: string }) => user_id)
      expect(left.sort()).toEqual([owner.id, other.id].sort())
    },
  )

  test('everything, asked by a mere member, needs the role admin and does nothing', async () => {
    const { owner, list, remove, set } = await anOrganization()
    const user = await aUser(world)
    await set(ADMIN, { userId: user.id })
    const before = await effects(world)

    const answers = [
      await list(user.token),
      await set(user.token, { userId: user.id, role: 'admin' }),
      await set(user.token, { email: user.email, role: 'admin' }),
      await remove(user.token, owner.id),
    ]

    for (const answer of answers) expectProblem(answer, 403, 'role_required')
    expect(await effects(world)).toEqual(before)
  })

  test('an operator, without being a member, may do it all', async () => {
    const { list, remove, set } = await anOrganization()
    const userId = randomUUID()

    const answers = [await set(ADMIN, { userId }), await list(ADMIN), await remove(ADMIN, userId)]

    expect(answers.map(({ status }) => status)).toEqual([201, 200, 200])
  })

  test('many members and invites, listed in pages, come once each, newest first', async () => {
    const { owner, list, set } = await anOrganization()
    for (let n = 0; n < 3; n += 1) {
      await set(ADMIN, { userId: randomUUID() })
      await set(owner.token, { email: `page-${n}@example.com` })
    }
    const all = (await list(owner.token)).body.members

    const paged = []
    let cursor: string | null = null
    do {
      const { body } = await list(owner.token, `?limit=2${cursor ? `&cursor=${cursor}` : ''}`)
      paged.push(...body.members)
      cursor = body.nextCursor
    } while (cursor)

    expect(paged).toEqual(all)
    expect(all.map(({ status }: { status: string }) => status)).toEqual([
      'invited',
      'active',
      'invited',
      'active',
      'invited',
      'active',
      'active',
    ])
  })

  test.each<[string, unknown, string]>([
    ['nobody', {}, 'body'],
    ['both', { userId: randomUUID(), email: 'a@example.com' }, 'body'],
    ['no id', { userId: 'jo' }, 'body.userId'],
    ['no address', { email: 'jo' }, 'body.email'],
    ['a long address', { email: `${'a'.repeat(300)}@example.com` }, 'body.email'],
    ['another role', { email: 'a@example.com', role: 'owner' }, 'body.role'],
    ['null as role', { email: 'a@example.com', role: null }, 'body.role'],
    ['an unknown key', { email: 'a@example.com', admin: true }, 'body'],
  ])('a body that names %s, is refused and does nothing', async (_circumstance, body, part) => {
    const { owner, set } = await anOrganization()
    const before = await effects(world)

    const answer = await set(owner.token, body)

    expectProblem(answer, 400, 'validation_failed')
    expect(wrongParts(answer)).toEqual([part])
    expect(await effects(world)).toEqual(before)
  })

  test('a path that names neither an id nor an address, is refused', async () => {
    const { owner, remove } = await anOrganization()

    const answer = await remove(owner.token, 'jo')

    expectProblem(answer, 400, 'validation_failed')
    expect(wrongParts(answer)).toEqual(['path.memberId'])
    expect(answer.body.detail).toMatch(/user id, as [0-9a-f-]{36}, or an e-mail address/)
  })
})
