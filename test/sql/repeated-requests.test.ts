import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Database } from '../../src/database/db.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { aCallRequest, aText, callStoreWith } from '../support/outbound.ts'
import { aHolding, aNumber, anOrganization, aPhoneNumber } from '../support/rows.ts'

const Text = z.object({ message: z.object({ id: z.string(), status: z.string() }) })

interface Asked {
  organizationId: string
  to: string
  from?: string
  insists?: boolean
  body?: string
  media?: { url: string; contentType: null }[]
}

const KINDS = ['call', 'text'] as const
type Kind = (typeof KINDS)[number]

describe('what is asked for twice', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 20_000, poolSize: 10 }))
  })
  afterAll(() => drop())

  let customers = 0
  const aCustomer = () => `+1604555${String(++customers).padStart(4, '0')}`

  async function aLine(organizationId: string): Promise<string> {
    const number = aNumber()
    const phoneNumberId = await aPhoneNumber(url, {
      phone_number: number,
      status: 'assigned',
      sms_status: 'ready',
      elevenlabs_phone_id: randomUUID(),
    })
    await aHolding(url, organizationId, phoneNumberId, { is_active: true })
    return number
  }
  async function aDealer() {
    const organizationId = await anOrganization(url)
    const older = await aLine(organizationId)
    await aLine(organizationId)
    return { organizationId, older }
  }

  const ask: Record<Kind, (asked: Asked) => Promise<{ id: string; status: string }>> = {
    call: ({ body: _, media: __, ...asked }) =>
      callStoreWith(db, {})
        .beginOutbound(aCallRequest({ insists: false, ...asked }))
        .then(({ call }) => call),
    text: (asked) =>
      db
        .rpc('begin_message', { ...aText(asked), insists: false, ...asked }, Text)
        .then(({ message }) => message),
  }
  const refused = { code: 'repeated_too_soon' }
  const TABLES = { call: 'calls', text: 'messages' }
  const COUNTED = { call: 'dialled_at', text: 'counted_at' }

  test.each(KINDS)(
    'a %s, of the same organization to the same customer, is refused with the first and its state',
    async (kind) => {
      const { organizationId } = await aDealer()
      const to = aCustomer()
      const { id, status } = await ask[kind]({ organizationId, to })

      await expect(ask[kind]({ organizationId, to })).rejects.toMatchObject({
        ...refused,
        first: { id, status },
        message: expect.stringContaining(to),
      })
    },
  )

  test.each(KINDS)('a %s, eight times at the same moment, is made once', async (kind) => {
    const { organizationId } = await aDealer()
    const to = aCustomer()

    const all = await Promise.allSettled(
      Array.from({ length: 8 }, () => ask[kind]({ organizationId, to })),
    )

    const made = all.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    expect(made).toHaveLength(1)
    for (const each of all) {
      if (each.status === 'rejected') {
        expect(each.reason).toMatchObject({ ...refused, first: { id: made[0]?.id } })
      }
    }
  })

  test.each(KINDS)('a %s, under a key of its own, is made', async (kind) => {
    const { organizationId } = await aDealer()
    const to = aCustomer()
    await ask[kind]({ organizationId, to })

    await ask[kind]({ organizationId, to, insists: true })

    await expect(ask[kind]({ organizationId, to })).rejects.toMatchObject(refused)
  })

  test.each(KINDS)('a %s, ten seconds after the first, is made', async (kind) => {
    const { organizationId } = await aDealer()
    const to = aCustomer()
    const { id } = await ask[kind]({ organizationId, to })
    await sql(
      url,
      `update ${TABLES[kind]} set ${COUNTED[kind]} = ${COUNTED[kind]} - interval '10 seconds' where id = $1`,
      [id],
    )

    await ask[kind]({ organizationId, to })
  })

  test.each([
    ['call', 'failed'],
    ['text', 'failed'],
    ['text', 'undelivered'],
  ] as const)('a %s, after the first has %s, is made', async (kind, status) => {
    const { organizationId } = await aDealer()
    const to = aCustomer()
    const { id } = await ask[kind]({ organizationId, to })
    await sql(url, `update ${TABLES[kind]} set status = $2 where id = $1`, [id, status])

    await ask[kind]({ organizationId, to })
  })

  test.each(KINDS)(
    'a %s, from another number, to another customer or of another organization, is made',
    async (kind) => {
      const { organizationId, older } = await aDealer()
      const { organizationId: another } = await aDealer()
      const to = aCustomer()
      await ask[kind]({ organizationId, to })

      await ask[kind]({ organizationId, to, from: older })
      await ask[kind]({ organizationId, to: aCustomer() })
      await ask[kind]({ organizationId: another, to })
    },
  )

  test.each(KINDS)(
    'a %s, while another number would be chosen than for the first, is refused all the same',
    async (kind) => {
      const { organizationId, older } = await aDealer()
      const to = aCustomer()
      const { id } = await ask[kind]({ organizationId, to })
      await sql(
        url,
        `select public.receive_message(p_provider_message_id => $1, p_from => $2, p_to => $3, p_customer => $2,
           p_body => 'Hello', p_media => '[]', p_segments => 1, p_request_id => 'test')`,
        [`SM${randomUUID()}`, to, older],
      )

      await expect(ask[kind]({ organizationId, to })).rejects.toMatchObject({
        ...refused,
        first: { id },
      })
      await ask[kind]({ organizationId, to, from: older })
    },
  )

  test('a text, with other words or other media, is sent', async () => {
    const { organizationId } = await aDealer()
    const to = aCustomer()
    const media = [{ url: 'https://example.com/1.jpg', contentType: null }]
    await ask.text({ organizationId, to })

    await ask.text({ organizationId, to, body: 'Hello again' })
    await ask.text({ organizationId, to, media })

    await expect(ask.text({ organizationId, to, media })).rejects.toMatchObject(refused)
  })
})
