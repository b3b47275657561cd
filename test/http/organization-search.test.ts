import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('organizations, listed for operators', () => {
  let world: World
  const mark = randomUUID().slice(0, 8)
  // biome-ignore lint/suspicious/noExplicitAny: an answer
  let wanted: any
  beforeAll(async () => {
    world = await startWorld()
    const name = `Premium ${mark} Autos O'Hara & Sons`
    const slug = `the-${mark}-dealer`
    const email = `jack@${mark}-cars.example`
    wanted = (await signUp(world, { name, slug, email })).organization
    await signUp(world, { name: `Premium Boats ${randomUUID()}`, provisionPhone: false })
  })
  afterAll(() => stopWithCleanLogs(world))

  const list = (query: Record<string, string>) =>
    request(world.origin, 'GET', `/api/admin/organizations?${new URLSearchParams(query)}`, {
      token: ADMIN,
    })
  const found = async (search: string) =>
    (await list({ search })).body.organizations.map(({ id }: { id: string }) => id)

  test.each([
    ['by beginnings of words of its name, in any order', `AUTO prem ${mark}`],
    ['by its name with signs', `${mark} O'Hara & Sons`],
    ['by its slug', `the-${mark}-dealer`],
    ['by its e-mail', `jack@${mark}-cars.example`],
  ])('an organization, %s, is found alone', async (_how, search) => {
    expect(await found(search)).toEqual([wanted.id])
  })

  test('an organization, by the number it holds in any notation, is found alone', async () => {
    const number: string = wanted.phoneNumber
    const national = number.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, '($1) $2-$3')

    expect(await found(number)).toEqual([wanted.id])
    expect(await found(national)).toEqual([wanted.id])
  })

  test.each([
    ['words of two organizations', `premium boats ${mark}`],
    ['words nobody has', 'nothing-of-the-kind'],
    ['operators of a search language', `${mark} & !premium | (`],
    ['signs alone', '!&|()'],
  ])('a search, for %s, finds none or what its words say', async (_what, search) => {
    const expected = search.includes('!premium') ? [wanted.id] : []

    expect(await found(search)).toEqual(expected)
  })

  test('a list, page by page, has each organization once, the newest first', async () => {
    const ids: string[] = []
    let cursor: string | null = null
    do {
      const { body } = await list({ limit: '1', ...(cursor && { cursor }) })
      ids.push(...body.organizations.map(({ id }: { id: string }) => id))
      cursor = body.nextCursor
    } while (cursor)

    const rows = await world.sql<{ id: string }>(
      'select id from organizations order by created_at desc, id desc',
    )
    expect(ids).toEqual(rows.map(({ id }) => id))
  })

  test('a search, asked for by a user, is refused', async () => {
    const { token } = await signUp(world, { provisionPhone: false })

    const answer = await request(world.origin, 'GET', '/api/admin/organizations', { token })

    expectProblem(answer, 403, 'admin_required')
  })
})
