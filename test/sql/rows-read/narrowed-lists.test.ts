import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { OPERATOR } from '../../support/actors.ts'
import { blocksOf } from '../../support/blocks.ts'
import { manyRows } from '../../support/many-rows.ts'
import { anOrganization } from '../../support/rows.ts'

const MANY = 10_000

/** Newer than what differs from them: a list in the order of time would find those last. */
const AT = `now() - n * interval '1 minute'`
const EARLIER = `now() - interval '1 year' - n * interval '1 minute'`

const LISTS = { messages: 'list_messages', calls: 'list_calls' } as const

interface Narrowed {
  list: keyof typeof LISTS
  direction?: string
  status?: string
  fromDaysAgo?: number
}

describe('a list of an organization of which nearly all rows are alike', () => {
  let rows: Awaited<ReturnType<typeof manyRows>>
  let organization: string
  beforeAll(async () => {
    rows = await manyRows(async (insert) => {
      const of = { organization_id: `md5('alike')::uuid` }
      const calls = { ...of, summary: `repeat('Asked for the blue one. ', 20)`, started_at: AT }
      const texts = { ...of, created_at: AT }
      await insert('messages', MANY, { ...texts, direction: `'inbound'`, status: `'received'` })
      await insert('messages', MANY, { ...texts, direction: `'outbound'`, status: `'delivered'` })
      const few = { ...of, created_at: EARLIER, direction: `'outbound'`, status: `'sent'` }
      await insert('messages', 3, few)
      await insert('calls', MANY, { ...calls, direction: `'inbound'`, status: `'failed'` })
      await insert('calls', 3, { ...calls, direction: `'outbound'`, started_at: EARLIER })
    })
    organization = await anOrganization(rows.url)
    await rows.client.query('set session_replication_role = replica')
    await rows.client.query(
      `update orgline.organizations set id = md5('alike')::uuid where id = $1`,
      [organization],
    )
    await rows.client.query('reset session_replication_role')
  })
  afterAll(() => rows.end())

  function call({ list, direction, status, fromDaysAgo }: Narrowed) {
    const from = fromDaysAgo && new Date(Date.now() - fromDaysAgo * 86_400_000).toISOString()
    const values = [OPERATOR, direction ?? null, status ?? null, from ?? null]
    return {
      sql: `public.${LISTS[list]}($1, md5('alike')::uuid, $2, $3, null, $4, null, 50, null)`,
      values,
    }
  }

  async function found(narrowed: Narrowed): Promise<number> {
    const { sql, values } = call(narrowed)
    const { rows: pages } = await rows.client.query(`select ${sql} as page`, values)
    return pages[0].page.rows.length
  }

  test.each<[string, number, Narrowed]>([
    ['texts of a direction', 50, { list: 'messages', direction: 'inbound' }],
    ['texts in a state that few are in', 3, { list: 'messages', status: 'sent' }],
    [
      'texts in a state of the other direction',
      0,
      { list: 'messages', direction: 'inbound', status: 'delivered' },
    ],
    [
      'texts of a direction in a state that few are in',
      3,
      { list: 'messages', direction: 'outbound', status: 'sent' },
    ],
    [
      'texts of a state from a day on that has none',
      0,
      { list: 'messages', status: 'sent', fromDaysAgo: 100 },
    ],
    ['texts in a state that none is in', 0, { list: 'messages', status: 'failed' }],
    ['calls of a direction that few have', 3, { list: 'calls', direction: 'outbound' }],
    ['calls in a state that few are in', 3, { list: 'calls', status: 'completed' }],
    [
      'calls in a state of the other direction',
      0,
      { list: 'calls', direction: 'outbound', status: 'failed' },
    ],
    [
      'calls of a direction from a day on that has none',
      0,
      { list: 'calls', direction: 'outbound', fromDaysAgo: 100 },
    ],
  ])('%s, asked for, are found by an index', async (_what, count, narrowed) => {
    const { sql, values } = call(narrowed)

    expect(await found(narrowed)).toBe(count)
    expect(await blocksOf(rows.client, sql, values)).toBeLessThan(100 + 20 * count)
  })

  test.each([
    ['texts', 'message_statuses', 'messages_status'],
    ['calls', 'call_statuses', 'calls_status'],
    ['texts', 'directions', 'messages_direction_check'],
    ['calls', 'directions', 'calls_direction_check'],
  ])(
    'of %s, what narrowed lists look at (%s), is all that a row may have',
    async (_what, all, check) => {
      const { rows: values } = await rows.client.query<{ value: string; listed: boolean }>(
        `select v[1] as value, v[1] = any (private.${all}()) as listed
       from pg_constraint, regexp_matches(pg_get_constraintdef(oid), '''([^'']+)''::text', 'g') v where conname = $1`,
        [check],
      )

      expect(values.length).toBeGreaterThan(1)
      expect(values.filter(({ listed }) => !listed)).toEqual([])
    },
  )
})
