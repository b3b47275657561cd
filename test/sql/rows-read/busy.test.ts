import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { blocksOf } from '../../support/blocks.ts'
import { manyRows } from '../../support/many-rows.ts'

const CALL = `md5('call')::uuid`
const number = { organization_phone_number_id: `md5('number')::uuid` }
const refused = { status: `'failed'`, failure_reason: `'too_many_calls'` }
const justNow = `now() - n * interval '0.1 s'`

describe('a number that one caller dials again and again', () => {
  let rows: Awaited<ReturnType<typeof manyRows>>
  beforeAll(async () => {
    rows = await manyRows(async (insert) => {
      await insert('calls', 1, { ...number, id: CALL, status: `'in-progress'` })
      await insert('calls', 4, { ...number, created_at: justNow })
      await insert('calls', 10_000, { ...number, ...refused, created_at: justNow })
      await insert('calls', 10_000, { created_at: justNow })
    })
    // Events of calls are not asked about here.
    await rows.client.query('set session_replication_role = replica')
  })
  afterAll(() => rows.end())

  const isBusy = (ofCaller: number, ofNumber: number) =>
    `private.refuse_busy(${CALL}, '+16045550001', ${ofCaller}, ${ofNumber})`

  test.each([
    ['with room for the caller', 5, 100, false],
    ['with none for the caller', 4, 100, true],
    ['with room for the number', 100, 5, false],
    ['with none for the number', 100, 4, true],
  ])(
    'with 10,000 refused calls of the hour, %s, is judged by a few rows',
    async (_what, ofCaller, ofNumber, busy) => {
      await rows.client.query('begin')
      const { rows: answers } = await rows.client.query(
        `select ${isBusy(ofCaller, ofNumber)} as busy`,
      )
      await rows.client.query('rollback')

      expect(answers).toEqual([{ busy }])
      expect(await blocksOf(rows.client, isBusy(ofCaller, ofNumber))).toBeLessThan(150)
    },
  )

  test('with many calls that were answered, over its limit, is judged by as many as the limit', async () => {
    await rows.client.query('begin')
    await rows.client.query(
      `update orgline.calls set failure_reason = null, status = 'completed' where failure_reason = 'too_many_calls'`,
    )
    await rows.client.query('commit')
    await rows.client.query('vacuum analyze orgline.calls')

    expect(await blocksOf(rows.client, isBusy(100, 20))).toBeLessThan(150)
  })
})
