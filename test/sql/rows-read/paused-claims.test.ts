import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { blocksOf } from '../../support/blocks.ts'
import { manyRows } from '../../support/many-rows.ts'
import { aHolding, anOrganization, aPhoneNumber } from '../../support/rows.ts'

const MANY = 10_000
const HERE = `'https://orgline.example'`
const DUE = `now() - interval '1 hour' - n * interval '1 s'`

const NUMBER = `public.claim_number_to_sync(60000, 'elevenlabs', 'agent', ${HERE})`
const ORDER = `public.claim_next_order(60, ${HERE})`
const ERASURE = `public.claim_erasure(60000, ${HERE}, '{}')`

/** Less than one block for each of those that wait. */
const FEW = 500

describe('while a carrier is paused, and 10,000 of each kind wait for it', () => {
  let rows: Awaited<ReturnType<typeof manyRows>>
  beforeAll(async () => {
    rows = await manyRows(async (insert, client) => {
      await client.query(
        `update orgline.deployment set public_url = ${HERE}, inbound_voice = 'elevenlabs', agent_id = 'agent'`,
      )
      const number = { elevenlabs_phone_id: `'phnum_' || n` }
      await insert('phone_numbers', MANY, { ...number, sync_due_at: DUE })
      await insert('organization_phone_numbers', MANY, {
        organization_id: `md5('organization ' || n)::uuid`,
      })
      await client.query(
        `insert into orgline.organizations (id, name, slug, email)
         select md5('organization ' || n)::uuid, 'Auto', 'auto-' || n, 'a@example.com' from generate_series(1, ${MANY}) n`,
      )
    })
  })
  afterAll(() => rows.end())
  beforeEach(() => rows.client.query('delete from orgline.carrier_pauses'))

  const run = (text: string, values: unknown[] = []) => rows.client.query(text, values)

  async function pause(...carriers: string[]) {
    await run(
      `insert into orgline.carrier_pauses (carrier, until, reason)
       select c, now() + interval '1 hour', 'refused' from unnest($1::text[]) c`,
      [carriers],
    )
  }

  /** Rows of this kind alone, those of a test before are gone. */
  async function wait(
    table: 'number_orders' | 'carrier_erasures',
    columns: Record<string, string>,
  ) {
    await run(`truncate orgline.${table} cascade`)
    await rows.insert(table, MANY, { next_run_at: DUE, ...columns })
    await run(`analyze orgline.${table}`)
  }

  async function claimed(call: string) {
    await run('begin')
    const { rows: answers } = await run(`select ${call} as answer`)
    await run('rollback')
    return answers[0].answer
  }

  test.each(['twilio', 'elevenlabs'])(
    'of %s, claiming a number to sync, reads few',
    async (carrier) => {
      await pause(carrier)

      expect(await claimed(NUMBER)).toMatchObject({ claim: null, waits_for: null })
      expect(await blocksOf(rows.client, NUMBER)).toBeLessThan(FEW)
    },
  )

  test.each([
    ['that has no import', { status: 'assigned' }, {}],
    [
      'in quarantine',
      { status: 'quarantined', elevenlabs_phone_id: 'phnum_q', release_at: new Date() },
      {},
    ],
    [
      'of a suspended organization',
      { status: 'assigned', elevenlabs_phone_id: 'phnum_s' },
      { status: 'suspended' },
    ],
    [
      'of an organization that this server answers',
      { status: 'assigned', elevenlabs_phone_id: 'phnum_v' },
      { settings: { inbound_voice: 'server' } },
    ],
  ])(
    'ElevenLabs, a number %s, due, is claimed all the same',
    async (_what, number, organization) => {
      await pause('elevenlabs')
      const organizationId = await anOrganization(rows.url)
      const id = await aPhoneNumber(rows.url, {
        ...number,
        sync_due_at: new Date(Date.now() - 1_000),
      })
      await aHolding(rows.url, organizationId, id)
      for (const [column, value] of Object.entries(organization)) {
        await run(`update orgline.organizations set ${column} = $1 where id = $2`, [
          value,
          organizationId,
        ])
      }

      const { claim } = await claimed(NUMBER)

      await run('delete from orgline.organization_phone_numbers where phone_number_id = $1', [id])
      await run('delete from orgline.phone_numbers where id = $1', [id])
      expect(claim?.number.id).toBe(id)
    },
  )

  test.each([
    ['twilio', 'choose'],
    ['twilio', 'buy'],
    ['twilio', 'sync'],
    ['elevenlabs', 'import'],
  ])('of %s, claiming an order where all are at %s, reads few', async (carrier, step) => {
    await wait('number_orders', { step: `'${step}'`, phone_number_id: `md5('number ' || n)::uuid` })
    await pause(carrier)

    expect(await claimed(ORDER)).toMatchObject({ status: 'none' })
    expect(await blocksOf(rows.client, ORDER)).toBeLessThan(FEW)
  })

  test('of ElevenLabs, an order of an organization that this server answers, at the import, is claimed', async () => {
    await wait('number_orders', { step: `'import'`, phone_number_id: `md5('number ' || n)::uuid` })
    const organizationId = await anOrganization(rows.url)
    const number = await aPhoneNumber(rows.url, { status: 'purchased' })
    await run(
      `update orgline.organizations set settings = '{"inbound_voice": "server"}' where id = $1`,
      [organizationId],
    )
    await rows.insert('number_orders', 1, {
      organization_id: `'${organizationId}'`,
      step: `'import'`,
      phone_number_id: `'${number}'`,
    })
    await pause('elevenlabs')

    expect(await claimed(ORDER)).toMatchObject({
      status: 'claimed',
      order: { organization_id: organizationId },
    })
    expect(await blocksOf(rows.client, ORDER)).toBeLessThan(FEW)
  })

  test('of ElevenLabs, an order that buys, behind all that import, is claimed', async () => {
    await wait('number_orders', { step: `'import'`, phone_number_id: `md5('number ' || n)::uuid` })
    await rows.insert('number_orders', 1, { next_run_at: `now() - interval '1 s'` })
    await pause('elevenlabs')

    expect(await claimed(ORDER)).toMatchObject({ status: 'claimed', order: { step: 'choose' } })
    expect(await blocksOf(rows.client, ORDER)).toBeLessThan(FEW)
  })

  test.each([
    ['twilio', 'message'],
    ['twilio', 'call'],
    ['elevenlabs', 'conversation'],
  ])('of %s, claiming an erasure where each is of a %s, reads few', async (carrier, kind) => {
    await wait('carrier_erasures', { kind: `'${kind}'` })
    await pause(carrier)

    expect(await claimed(ERASURE)).toEqual({ claim: null })
    expect(await blocksOf(rows.client, ERASURE)).toBeLessThan(FEW)
  })

  test('of none, erasures whose charge nobody knows, looked at, wait before they are looked at again', async () => {
    await wait('carrier_erasures', { kind: `'message'`, requested_at: `now() - interval '1 day'` })
    await run(`insert into orgline.carrier_charges (sid, kind, direction, happened_at) select provider_id, 'message', 'outbound', now()
      from orgline.carrier_erasures`)
    await rows.insert('carrier_erasures', 1, {
      kind: `'conversation'`,
      next_run_at: `now() - interval '1 s'`,
    })

    const claims = []
    for (let asked = 0; asked < 30; asked++) {
      const { rows: answers } = await run(`select ${ERASURE} as answer`)
      claims.push(answers[0].answer.claim?.kind ?? null)
    }

    // What it costs is known, so it comes first.
    expect(claims).toEqual(['conversation', ...Array(29).fill(null)])
    const { rows: soon } = await run(
      `select from orgline.carrier_erasures where next_run_at < now() + interval '30 minutes' and kind = 'message'`,
    )
    expect(soon).toEqual([])
    await run('vacuum analyze orgline.carrier_erasures')
    expect(await blocksOf(rows.client, ERASURE)).toBeLessThan(FEW)
  })
})
