import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { ADMIN, aUser, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

type Row = Record<string, string>

describe('a list, of which the last row of a page goes before the next page is read,', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  const make = {
    contacts: (n: number) => ({ phoneNumber: `+160455501${10 + n}` }),
    'do-not-call': (n: number) => ({ phoneNumber: `+160455501${10 + n}` }),
    members: async () => ({ userId: (await aUser(world)).id }),
  }
  const rowsOf = (body: Record<string, unknown>) =>
    Object.values(body).find((value) => Array.isArray(value)) as Row[]

  test.each([
    ['contacts', 'id'],
    ['do-not-call', 'phone_number'],
    ['members', 'user_id'],
  ] as const)('goes on behind it: %s', async (list, name) => {
    const { organization } = await signUp(world, { provisionPhone: false })
    const path = `/api/organizations/${organization.id}/${list}`
    const ask = (method: string, rest = '', body?: unknown) =>
      request(world.origin, method, `${path}${rest}`, { token: ADMIN, ...(body ? { body } : {}) })
    for (const n of [1, 2, 3, 4]) await ask('POST', '', await make[list](n))
    const all = rowsOf((await ask('GET')).body)
    const first = await ask('GET', '?limit=2')
    const last = rowsOf(first.body).at(-1)?.[name] ?? ''

    const gone = await ask('DELETE', `/${encodeURIComponent(last)}`)
    const next = await ask('GET', `?limit=2&cursor=${first.body.nextCursor}`)

    expect(gone.status).toBe(200)
    expect(rowsOf(next.body).map((row) => row[name])).toEqual(
      all.slice(2, 4).map((row) => row[name]),
    )
  })
})
