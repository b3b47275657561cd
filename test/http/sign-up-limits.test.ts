import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { effects } from '../support/effects.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, atCarriers, aUser, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('limits of sign-up', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  test('a slug, taken by another organization, answers 409 and creates and buys nothing', async () => {
    const slug = `taken-${randomUUID().slice(0, 8)}`
    await signUp(world, { slug, provisionPhone: false })
    const before = await effects(world)

    const { answer } = await signUp(world, { slug })

    expectProblem(answer, 409, 'slug_taken')
    expect(answer.body.detail).toContain(slug)
    expect(await effects(world)).toEqual(before)
  })

  test('a name, whose slug is taken, answers 409, and with a slug of its own 201', async () => {
    const name = `Twin Motors ${randomUUID().slice(0, 8)}`
    const { organization } = await signUp(world, { name, provisionPhone: false })

    const refused = await signUp(world, { name, provisionPhone: false })
    const created = await signUp(world, {
      name,
      slug: `${organization.slug}-2`,
      provisionPhone: false,
    })

    expectProblem(refused.answer, 409, 'slug_taken')
    expect(created.answer.status).toBe(201)
  })

  test('one slug, wanted by five at once, goes to one of them, and one number is bought', async () => {
    const slug = `wanted-${randomUUID().slice(0, 8)}`
    const before = (await atCarriers(world)).twilio.numbers.length

    const all = await Promise.all(Array.from({ length: 5 }, () => signUp(world, { slug })))

    expect(all.map(({ answer }) => answer.status).sort()).toEqual([201, 409, 409, 409, 409])
    expect((await atCarriers(world)).twilio.numbers).toHaveLength(before + 1)
  })

  test('a user, with three organizations, is refused a fourth, and nothing happens', async () => {
    const { token } = await aUser(world)
    for (let index = 0; index < 3; index += 1) await signUp(world, { provisionPhone: false }, token)
    const before = await effects(world)

    const { answer } = await signUp(world, {}, token)

    expectProblem(answer, 409, 'organization_limit_reached')
    expect(await effects(world)).toEqual(before)
  })

  test('a user, with six sign-ups at once, gets exactly three organizations and three numbers', async () => {
    const { token, id } = await aUser(world)
    const before = (await atCarriers(world)).twilio.numbers.length

    const all = await Promise.all(Array.from({ length: 6 }, () => signUp(world, {}, token)))

    const refused = all.filter(({ answer }) => answer.status !== 201)
    expect(refused).toHaveLength(3)
    for (const { answer } of refused) expectProblem(answer, 409, 'organization_limit_reached')
    const rows = await world.sql(
      'select organization_id from organization_members where user_id = $1',
      [id],
    )
    expect(rows).toHaveLength(3)
    expect((await atCarriers(world)).twilio.numbers).toHaveLength(before + 3)
  })

  const setMember = (organizationId: string, token: string, userId: string) =>
    request(world.origin, 'POST', `/api/organizations/${organizationId}/members`, {
      token,
      body: { userId, role: 'admin' },
    })

  test('a user, who hands each organization over and leaves, is refused a fourth all the same', async () => {
    const user = await aUser(world)
    for (let index = 0; index < 3; index += 1) {
      const { organization } = await signUp(world, { provisionPhone: false }, user.token)
      const path = `/api/organizations/${organization.id}/members/${user.id}`
      await setMember(organization.id, ADMIN, randomUUID())
      const left = await request(world.origin, 'DELETE', path, { token: user.token })
      expect(left.status).toBe(200)
    }

    const { answer } = await signUp(world, { provisionPhone: false }, user.token)

    expectProblem(answer, 409, 'organization_limit_reached')
  })

  test('a user, whom others have made admin of three organizations, signs up one of their own', async () => {
    const user = await aUser(world)
    for (let index = 0; index < 3; index += 1) {
      const { organization } = await signUp(world, { provisionPhone: false })
      await setMember(organization.id, ADMIN, user.id)
    }

    const { answer } = await signUp(world, { provisionPhone: false }, user.token)

    expect(answer.status).toBe(201)
  })

  test('an operator, with more sign-ups than a user may have, is not limited', async () => {
    const statuses: number[] = []

    for (let index = 0; index < 4; index += 1) {
      const { answer } = await signUp(world, { provisionPhone: false }, ADMIN)
      statuses.push(answer.status)
    }

    expect(statuses).toEqual([201, 201, 201, 201])
  })
})
