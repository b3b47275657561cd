import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/db.ts'
import { createRetention } from '../../src/database/retention.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import {
  aCall,
  aHolding,
  aMessage,
  anAgent,
  anOrganization,
  aPhoneNumber,
} from '../support/rows.ts'

describe('what is kept for a time', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  let organizationId: string
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 60_000, poolSize: 2 }))
    organizationId = await anOrganization(url)
  })
  afterAll(() => drop())

  const turn = (options: { contentDays: number }) =>
    createRetention(db, { auditDays: 400, ...options })(new AbortController().signal, {})
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000)

  test.each([
    [
      'answers under an Idempotency-Key, a day',
      'idempotency_keys',
      `insert into idempotency_keys (owner, key, request_hash, created_at)
       select 'user:' || $1::uuid, age, 'h', now() - age::interval`,
      ['23 hours', '25 hours'],
    ],
    [
      'what people and keys have changed, as many days as is set',
      'audit_log',
      `insert into audit_log (organization_id, actor_kind, actor_name, action, subject, created_at)
       select $1::uuid, 'operator', 'ann', 'set_member', age, now() - age::interval`,
      ['399 days', '401 days'],
    ],
    [
      'what an owner has added in an hour, 26 hours',
      'added_rows',
      `insert into added_rows (what, owner, hour, rows)
       select 'audit_log', $1::uuid || age, now() - age::interval, 1`,
      ['25 hours', '27 hours'],
    ],
    [
      'the ids of what was erased, 30 days',
      'erased_keys',
      `insert into erased_keys (organization_id, key, erased_at)
       select $1::uuid, age, now() - age::interval`,
      ['29 days', '31 days'],
    ],
    [
      'what was erased at the carriers, 30 days',
      'carrier_erasures',
      `insert into carrier_erasures (organization_id, kind, provider_id, done_at)
       select $1::uuid, 'call', age, now() - age::interval`,
      ['29 days', '31 days'],
    ],
    [
      'what is to be erased at the carriers, until it is',
      'carrier_erasures',
      `insert into carrier_erasures (organization_id, kind, provider_id, requested_at)
       select $1::uuid, 'message', age, now() - age::interval`,
      ['99 days'],
    ],
    [
      'the id of what a carrier still has to erase, until that is done',
      'erased_keys',
      `with kept as (
         insert into carrier_erasures (organization_id, kind, provider_id) values ($1::uuid, 'message', '98 days'))
       insert into erased_keys (organization_id, key, erased_at)
       select $1::uuid, age, now() - age::interval`,
      ['98 days', '97 days'],
    ],
    [
      'the ids of what was refused, 30 days',
      'refused_arrivals',
      `insert into refused_arrivals (provider_id, refused_at)
       select coalesce($1::uuid::text, '') || age, now() - age::interval`,
      ['29 days', '31 days'],
    ],
    [
      'what erased calls count against the limits, a day',
      'erased_dials',
      `insert into erased_dials (organization_id, minutes, dialled_at)
       select $1::uuid, extract(hours from age::interval), now() - age::interval`,
      ['23 hours', '25 hours'],
    ],
    [
      'notifications that are resolved, 90 days',
      'admin_notifications',
      `insert into admin_notifications (type, subject, message, status, organization_id, created_at, resolved_at)
       select 'pool_low', age, 'low', 'resolved', $1::uuid, now() - age::interval, now() - age::interval`,
      ['89 days', '91 days'],
    ],
    [
      'notifications that are not, until they are',
      'admin_notifications',
      `insert into admin_notifications (type, subject, message, organization_id, created_at)
       select 'pool_low', age, 'low', $1::uuid, now() - age::interval`,
      ['399 days'],
    ],
    [
      'keys that were revoked, 90 days',
      'api_keys',
      `insert into api_keys (organization_id, name, prefix, key_hash, scopes, revoked_at)
       select $1::uuid, age, 'ol_x', encode(sha256(gen_random_uuid()::text::bytea), 'hex'), '{read}', now() - age::interval`,
      ['89 days', '91 days'],
    ],
    [
      'keys that expired, 90 days',
      'api_keys',
      `insert into api_keys (organization_id, name, prefix, key_hash, scopes, expires_at)
       select $1::uuid, age, 'ol_x', encode(sha256(gen_random_uuid()::text::bytea), 'hex'), '{read}', now() - age::interval`,
      ['89 days', '91 days'],
    ],
    [
      'agents that were never made, 90 days',
      'agents',
      `insert into agents (organization_id, request_id, name, status, updated_at)
       select $1::uuid, gen_random_uuid(), age, 'failed', now() - age::interval`,
      ['89 days', '91 days'],
    ],
    [
      'what may still be left of an agent that was never made, until it is looked for',
      'agents',
      `insert into agents (organization_id, request_id, name, status, updated_at, work_at)
       select $1::uuid, gen_random_uuid(), age, 'failed', now() - age::interval, now()`,
      ['99 days'],
    ],
  ])('%s, is deleted after that and not before', async (_, table, insert, ages) => {
    await sql(url, `delete from ${table}`)
    await sql(url, `${insert} from unnest($2::text[]) as age`, [organizationId, ages])

    await turn({ contentDays: 0 })

    const left = await sql(url, `select t::text as row from ${table} t`)
    expect(left).toHaveLength(1)
    expect(JSON.stringify(left)).toContain(ages[0]?.split(' ')[0])
  })

  test('a key that was handed out with an agent, whose time is over, goes where its agent is deleted, and stays where it is not', async () => {
    const [ofDeleted, ofActive] = await Promise.all(
      ['deleted', 'active'].map(async (status) => {
        const [key] = await sql<{ id: string }>(
          url,
          `insert into api_keys (organization_id, name, prefix, key_hash, scopes, revoked_at)
           values ($1, 'Agent', 'ol_x', encode(sha256(gen_random_uuid()::text::bytea), 'hex'), '{read}', $2) returning id`,
          [organizationId, daysAgo(91)],
        )
        return {
          key: key?.id,
          agent: await anAgent(url, organizationId, { status, api_key_id: key?.id }),
        }
      }),
    )

    await turn({ contentDays: 0 })

    const keys = await sql<{ id: string }>(url, 'select id from api_keys')
    expect(keys.map(({ id }) => id)).toContain(ofActive?.key)
    expect(keys.map(({ id }) => id)).not.toContain(ofDeleted?.key)
    const agents = await sql(url, 'select id, api_key_id from agents where id = any ($1)', [
      [ofDeleted?.agent, ofActive?.agent],
    ])
    // A repeat of the request that made it still finds out that its key is over.
    expect(agents).toContainEqual({ id: ofActive?.agent, api_key_id: ofActive?.key })
    expect(agents).toContainEqual({ id: ofDeleted?.agent, api_key_id: null })
  })

  test('a number that was never bought, of an order that got another, is retired with what is left of trying', async () => {
    const got = await aPhoneNumber(url, { status: 'assigned' })
    const missed = await aPhoneNumber(url, { status: 'failed', updated_at: daysAgo(91) })
    const [order] = await sql<{ id: string }>(
      url,
      `insert into number_orders (organization_id, cause, country, status, step, phone_number_id, updated_at)
       values ($1, 'admin', 'CA', 'done', 'done', $2, $3) returning id`,
      [organizationId, got, daysAgo(91)],
    )
    await sql(
      url,
      `insert into number_order_attempts (order_id, phone_number_id, phone_number, outcome)
       values ($1, $2, '+1', 'bought'), ($1, $3, '+2', 'taken')`,
      [order?.id, got, missed],
    )

    await turn({ contentDays: 0 })

    expect(await sql(url, 'select from phone_numbers where id = $1', [missed])).toEqual([])
    const tried = await sql(url, 'select outcome from number_order_attempts where order_id = $1', [
      order?.id,
    ])
    expect(tried).toEqual([{ outcome: 'bought' }])
  })

  test('an order that was canceled, with the number it never bought, is retired 90 days later, and not before', async () => {
    const failed = async (days: number, cause: string) => {
      const id = await aPhoneNumber(url, { status: 'failed', updated_at: daysAgo(days) })
      const [order] = await sql<{ id: string }>(
        url,
        `insert into number_orders (organization_id, cause, country, status, updated_at)
         values ($1, 'admin', 'CA', $2, $3) returning id`,
        [organizationId, cause, daysAgo(days)],
      )
      await sql(
        url,
        "insert into number_order_attempts (order_id, phone_number_id, phone_number, outcome) values ($1, $2, '+1', 'taken')",
        [order?.id, id],
      )
      return [id, order?.id]
    }
    const [old, young, open] = [
      await failed(91, 'canceled'),
      await failed(89, 'canceled'),
      await failed(91, 'needs_attention'),
    ]

    await turn({ contentDays: 0 })

    const left = await sql<{ id: string }>(
      url,
      "select id from phone_numbers where status = 'failed' union all select id from number_orders",
    )
    const ids = left.map(({ id }) => id)
    expect(ids).toEqual(expect.arrayContaining([...young, ...open]))
    expect(ids.filter((id) => old.includes(id))).toEqual([])
  })

  test('the words of texts and calls, are kept for ever, or as many days as is set; that they were, stays', async () => {
    const numberId = await aPhoneNumber(url)
    const holdingId = await aHolding(url, organizationId, numberId)
    const traffic = { organizationId, holdingId, contactId: null }
    const words = async (days: number) => ({
      messageId: await aMessage(url, traffic, {
        body: 'Hello',
        media: JSON.stringify([{ url: 'https://a.example/1' }]),
        created_at: daysAgo(days),
      }),
      callId: await aCall(url, traffic, {
        status: 'completed',
        summary: 'They talked',
        transcript: JSON.stringify([{ role: 'user', message: 'Hello' }]),
        exchanges: JSON.stringify([{ body: 'Hello' }]),
        created_at: daysAgo(days),
      }),
    })
    const [old, young] = [await words(31), await words(29)]
    const rowsOf = async ({ messageId, callId }: typeof old) => [
      ...(await sql(url, 'select body, media from messages where id = $1', [messageId])),
      ...(await sql(url, 'select summary, transcript, exchanges from calls where id = $1', [
        callId,
      ])),
    ]
    const whole = await rowsOf(young)

    await turn({ contentDays: 0 })
    expect(await rowsOf(old)).toEqual(whole)
    await turn({ contentDays: 30 })

    expect(await rowsOf(young)).toEqual(whole)
    expect(await rowsOf(old)).toEqual([
      { body: '', media: [] },
      { summary: null, transcript: null, exchanges: [] },
    ])
  })
})
