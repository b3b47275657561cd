import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { blocksOf } from '../../support/blocks.ts'
import { manyRows } from '../../support/many-rows.ts'

const LONG_AGO = `now() - interval '2 years'`

describe('where the words of 20,000 old calls and texts are gone already', () => {
  let rows: Awaited<ReturnType<typeof manyRows>>
  beforeAll(async () => {
    rows = await manyRows(async (insert) => {
      await insert('calls', 20_000, { created_at: LONG_AGO, words_gone_at: 'now()' })
      await insert('messages', 20_000, { created_at: LONG_AGO, body: `''` })
      await insert('calls', 2_000, { summary: `'Asked for the blue one.'` })
      await insert('messages', 2_000, {})
    })
  })
  afterAll(() => rows.end())

  test('deleting what is outdated, with nothing left to delete, reads a few blocks', async () => {
    expect(await blocksOf(rows.client, 'public.delete_outdated(365, 365)')).toBeLessThan(100)
  })

  test.each([
    ['calls', `summary = 'Said.'`],
    ['calls', `transcript = '[]'`],
    ['calls', `exchanges = '[{}]'`],
    ['calls', `recording_url = 'https://recordings.example/1'`],
    ['calls', `collected = '{}'`],
    ['calls', `evaluation = '{}'`],
    ['messages', `body = 'Said.'`],
    ['messages', `media = '[{}]'`],
  ])(
    'one of the old %s that has %s after all, found by its words, loses them',
    async (table, words) => {
      const { client } = rows
      await client.query('begin')
      await client.query('set local session_replication_role = replica')
      await client.query(
        `update orgline.${table} set ${words}
       where id = (select id from orgline.${table} where created_at < now() - interval '1 year' limit 1)`,
      )

      await client.query('select public.delete_outdated(365, 365)')

      const { rows: having } = await client.query(
        `select from orgline.${table} where ${words} and created_at < now() - interval '1 year'`,
      )
      await client.query('rollback')
      expect(having).toEqual([])
    },
  )
})
