import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { blocksOf } from '../../support/blocks.ts'
import { manyRows } from '../../support/many-rows.ts'

const MANY = 10_000

const ORGANIZATION = `md5('organization')::uuid`
const CONTACT = `md5('contact')::uuid`
const TEXTED = `md5('texted')::uuid`
const of = { organization_id: ORGANIZATION, contact_id: CONTACT }
const ours = { organization_phone_number_id: `md5('holding')::uuid` }
const justNow = `now() - n * interval '1 minute'`
const EARLIER = `now() - interval '1 year' - n * interval '1 minute'`

describe('a customer whom 10,000 texts and calls did not reach', () => {
  let rows: Awaited<ReturnType<typeof manyRows>>
  beforeAll(async () => {
    rows = await manyRows(async (insert) => {
      await insert('organization_phone_numbers', 1, {
        id: `md5('holding')::uuid`,
        organization_id: ORGANIZATION,
      })
      await insert('messages', 3, { ...of, ...ours, created_at: EARLIER })
      const failed = { ...of, direction: `'outbound'`, status: `'failed'`, created_at: justNow }
      await insert('messages', MANY, failed)
      await insert('messages', MANY, { ...failed, status: `'undelivered'` })
      await insert('calls', MANY, failed)
      // Of all other customers, too, there are some.
      await insert('messages', MANY, { ...of, contact_id: 'gen_random_uuid()' })
      await insert('calls', MANY, { ...of, contact_id: 'gen_random_uuid()' })
      await insert('messages', 3, { ...of, contact_id: TEXTED, created_at: EARLIER })
      await insert('messages', MANY, { ...failed, contact_id: TEXTED })
    })
  })
  afterAll(() => rows.end())

  test('is answered from the number of the exchange before, found by an index', async () => {
    const number = `private.number_of_last_exchange(${ORGANIZATION}, ${CONTACT})`

    const { rows: found } = await rows.client.query(
      `select ${number} = md5('number 1')::uuid as right`,
    )
    expect(found).toEqual([{ right: true }])
    expect(await blocksOf(rows.client, number)).toBeLessThan(100)
  })

  test('is known to an agent by what was said before, found by an index', async () => {
    const history = `private.contact_history(${ORGANIZATION}, ${TEXTED}, null)`

    const { rows: found } = await rows.client.query(`select ${history} -> 'exchanges' as said`)
    expect(found[0].said).toHaveLength(3)
    expect(await blocksOf(rows.client, history)).toBeLessThan(100)
  })

  test('of all calls, has had those that an index has: all but what was not dialled', async () => {
    const { rows: found } = await rows.client.query<{ predicate: string }>(
      `select pg_get_expr(indpred, indrelid) as predicate from pg_index where indexrelid = 'orgline.calls_exchanged'::regclass`,
    )
    const kinds = `
      unnest(private.directions()) d(direction), unnest(private.call_statuses()) s(status),
      unnest(array[true, false]) e(end_unknown), unnest(array[null, 'conv_1']) v(conversation_id),
      unnest(array[null, now()]) t(started_at),
      jsonb_populate_record(null::orgline.calls, jsonb_build_object('direction', d.direction, 'status', s.status,
        'end_unknown', e.end_unknown, 'conversation_id', v.conversation_id, 'started_at', t.started_at)) c`

    const { rows: wrong } = await rows.client.query(
      `select c.* from ${kinds}
       where (select ${found[0]?.predicate} from (select c.*) own) = private.is_not_dialled(c)`,
    )

    expect(found).toHaveLength(1)
    expect(wrong).toEqual([])
  })
})
