import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Database, pageSchema } from '../../src/database/db.ts'
import { OPERATOR, userActor } from '../support/actors.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { aHolding, anOrganization, aPhoneNumber } from '../support/rows.ts'
import { untyped } from '../support/stand-in.ts'

const Page = pageSchema(z.looseObject({ id: z.string() }))
type Page = z.infer<typeof Page>

/** Rows made in pairs of the same moment: a cursor by time alone would lose or double some. */
const COUNT = 8
const moment = (index: number) => new Date(Date.UTC(2024, 0, 1) + Math.floor(index / 2) * 1_000)
const each = <T>(work: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: COUNT }, (_, index) => work(index)))

const lists = [
  ['list_notifications', { status: null, type: null }],
  ['list_orders', { status: null }],
  ['list_orders_of_organization', { status: null }],
  ['list_phone_numbers', { status: null }],
  ['find_phone_numbers', { startsWith: '+', status: null }],
  ['list_phone_numbers_of_organization', { status: null }],
  ['list_organization_phone_numbers', { actor: OPERATOR }],
] as const

describe('a list', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  let organizationId: string
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 60_000, poolSize: 4 }))
    organizationId = await anOrganization(url)
    await each(async (index) => {
      const created_at = moment(index)
      const phoneNumberId = await aPhoneNumber(url, { created_at })
      await aHolding(url, organizationId, phoneNumberId, { created_at })
      await sql(
        url,
        `with one as (insert into orgline.number_orders (organization_id, cause, country, created_at) values ($1, 'admin', 'CA', $2))
         insert into orgline.admin_notifications (type, subject, message, created_at) values ('pool_low', gen_random_uuid(), 'low', $2)`,
        [organizationId, created_at],
      )
    })
  })
  afterAll(() => drop())

  const read = (
    name: string,
    args: object,
    limit: number,
    cursor: string | null,
  ): Promise<Page> => {
    const own = /organization/.test(name) && { organizationId }
    return untyped(db).rpc(name, { ...args, ...own, limit, cursor }, Page)
  }

  async function readAll(name: string, args: object, limit: number): Promise<Page[]> {
    const pages: Page[] = []
    let cursor: string | null = null
    do {
      const page: Page = await read(name, args, limit, cursor)
      pages.push(page)
      cursor = page.next_cursor
    } while (cursor && pages.length <= COUNT)
    return pages
  }

  test.each(lists)(
    '%s, read page by page, gives each row once, the newest first',
    async (name, args) => {
      const pages = await readAll(name, args, 3)

      expect(pages.map((page) => page.rows.length)).toEqual([3, 3, 2])
      const rows = pages.flatMap((page) => page.rows)
      expect(new Set(rows.map((row) => row.id)).size).toBe(COUNT)
      const times = rows.map((row) => Date.parse(String(row.created_at)))
      expect(times).toEqual(times.toSorted((a, b) => b - a))
    },
  )

  test.each(lists)('%s, read row by row, gives the same as read at once', async (name, args) => {
    const [once] = await readAll(name, args, COUNT)

    const rows = (await readAll(name, args, 1)).flatMap((page) => page.rows)

    expect(rows).toEqual(once?.rows)
  })

  test.each(lists)('%s, exactly as long as the limit, has no next page', async (name, args) => {
    const page = await read(name, args, COUNT, null)

    expect(page.rows).toHaveLength(COUNT)
    expect(page.next_cursor).toBeNull()
  })

  test('a list of what is pending, whose cursor row was resolved since, goes on after it', async () => {
    const args = { status: 'pending', type: 'pool_low' }
    const first = await read('list_notifications', args, 3, null)
    const resolve = (status: string) =>
      sql(url, 'update orgline.admin_notifications set status = $2 where id = $1', [
        first.rows.at(-1)?.id,
        status,
      ])
    await resolve('resolved')

    const rest = await read('list_notifications', args, COUNT, first.next_cursor)

    await resolve('pending')
    expect(rest.rows).toHaveLength(COUNT - 3)
    expect(first.rows.map((row) => row.id)).not.toEqual(
      expect.arrayContaining(rest.rows.map((row) => row.id)),
    )
  })

  test("an organization's numbers, listed for another one, are not among them", async () => {
    const other = await anOrganization(url)

    const page = await db.rpc(
      'list_organization_phone_numbers',
      { actor: OPERATOR, organizationId: other, limit: 50, cursor: null },
      Page,
    )

    expect(page.rows).toEqual([])
  })

  test("an organization's numbers, listed by a user who is no member, do not exist", async () => {
    const listing = db.rpc(
      'list_organization_phone_numbers',
      { actor: userActor(randomUUID()), organizationId, limit: 50, cursor: null },
      Page,
    )

    await expect(listing).rejects.toMatchObject({ code: 'organization_not_found' })
  })
})
