import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase, type Database } from '../../src/database/db.ts'
import { createRetention } from '../../src/database/retention.ts'
import { cloneDatabase, sql } from '../support/database.ts'
import { anOrganization } from '../support/rows.ts'

describe('what is kept for a time', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  let organizationId: string
  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase())
    db = createDatabase({ kind: 'postgres', url, timeoutMs: 9_000, poolSize: 2, onError: () => {} })
    organizationId = await anOrganization(url)
  })
  afterAll(async () => {
    await db.close()
    await drop()
  })

  test.each([
    [
      'answers under an Idempotency-Key, a day',
      'idempotency_keys',
      `insert into idempotency_keys (owner, key, request_hash, created_at)
       select 'user:' || $1::uuid, age, 'h', now() - age::interval`,
      ['23 hours', '25 hours'],
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
  ])('%s, is deleted after that and not before', async (_, table, insert, ages) => {
    await sql(url, `delete from ${table}`)
    await sql(url, `${insert} from unnest($2::text[]) as age`, [organizationId, ages])

    await createRetention(db, { auditDays: 400 })(new AbortController().signal, {})

    const left = await sql(url, `select t::text as row from ${table} t`)
    expect(left).toHaveLength(1)
    expect(JSON.stringify(left)).toContain(ages[0]?.split(' ')[0])
  })
})
