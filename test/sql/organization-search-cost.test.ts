import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { OPERATOR } from '../support/actors.ts'
import { blocksOf } from '../support/blocks.ts'
import { cloneDatabase, sql } from '../support/database.ts'
import { aHolding, anOrganization, aPhoneNumber } from '../support/rows.ts'

const NUMBER = '+16045559876'

/** Many organizations with the same words, and one that differs, the oldest: a scan by age finds it last. */
describe('a search for organizations, where nearly all have the same words', () => {
  let url: string
  let drop: () => Promise<void>
  let rare: string
  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase())
    rare = await anOrganization(url)
    const phoneNumberId = await aPhoneNumber(url, { phone_number: NUMBER, status: 'assigned' })
    await aHolding(url, rare, phoneNumberId)
    await sql(
      url,
      `update orgline.organizations
       set name = 'Zebra Wheels', slug = 'zebra', email = 'z@zebra.example', created_at = now() - interval '9 years'
       where id = $1`,
      [rare],
    )
    await sql(
      url,
      `insert into orgline.organizations (name, slug, email, created_at)
       select 'Premium Auto ' || n, 'premium-auto-' || n, 'sales@premium.example', now() - n * interval '1 minute'
       from generate_series(1, 20000) n`,
    )
    await sql(url, 'vacuum analyze')
  })
  afterAll(() => drop())

  /** What it finds, and the pages it reads on a connection that knows the catalogue already. */
  async function search(words: string | null, phoneNumber: string | null, cursor: string | null) {
    const client = new Client({ connectionString: url })
    await client.connect()
    onTestFinished(() => client.end())
    const call = 'public.list_organizations($1, $2, $3, 20, $4)'
    const values = [OPERATOR, words, phoneNumber, cursor]
    const { rows } = await client.query(`select ${call} as page`, values)
    const ids: string[] = rows[0].page.rows.map(({ id }: { id: string }) => id)
    return { ids, blocks: await blocksOf(client, call, values) }
  }

  test.each([
    ['a word of one alone', 'zebra', null],
    ['a word of one alone and one of all', 'zebra example', null],
    ['words that nobody has', 'nothing-of-the-kind', null],
    ['signs alone', '!&|()', null],
    ['a number that is held', NUMBER, NUMBER],
    ['a number that nobody holds', '+16045551111', '+16045551111'],
  ])('for %s, reads no more than a few pages', async (_what, words, number) => {
    const { ids, blocks } = await search(words, number, null)

    expect(ids).toEqual(words.startsWith('zebra') || number === NUMBER ? [rare] : [])
    expect(blocks).toBeLessThan(100)
  })

  test('for all, page by page, reads no more than its page', async () => {
    const [{ cursor } = { cursor: '' }] = await sql<{ cursor: string }>(
      url,
      `select private.cursor_of(created_at, id) as cursor from orgline.organizations
       order by created_at desc, id desc offset 15000 limit 1`,
    )

    const { ids, blocks } = await search(null, null, cursor)

    expect(ids).toHaveLength(20)
    expect(blocks).toBeLessThan(500)
  })
})
