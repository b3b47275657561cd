import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cloneDatabase, sql } from '../support/database.ts'
import {
  aBusyOrganization,
  aCall,
  aContact,
  aHolding,
  aMessage,
  aNumber,
  anOrganization,
  aPhoneNumber,
} from '../support/rows.ts'

const foreign = { code: '23503' }
const twice = { code: '23505' }

describe('the tables', () => {
  let url: string
  let drop: () => Promise<void>
  let north: Awaited<ReturnType<typeof aBusyOrganization>>
  let south: typeof north
  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase())
    ;[north, south] = await Promise.all([aBusyOrganization(url), aBusyOrganization(url)])
  })
  afterAll(() => drop())

  const kinds = [
    ['a message', aMessage],
    ['a call', aCall],
  ] as const

  test.each(kinds)('%s, on the line of another organization, is impossible', async (_, insert) => {
    const wrong = { ...north, holdingId: south.holdingId }

    await expect(insert(url, wrong)).rejects.toMatchObject(foreign)
  })

  test.each(kinds)(
    '%s, with a contact of another organization, is impossible',
    async (_, insert) => {
      const wrong = { ...north, contactId: south.contactId }

      await expect(insert(url, wrong)).rejects.toMatchObject(foreign)
    },
  )

  test.each(kinds)(
    '%s, with line and contact of the own organization, is stored',
    async (_, insert) => {
      expect(await insert(url, north)).toEqual(expect.any(String))
      expect(await insert(url, { ...north, contactId: null })).toEqual(expect.any(String))
    },
  )

  test.each([
    ['messages', 'messageId'],
    ['calls', 'callId'],
  ] as const)('a row of %s, moved to another organization, is refused', async (table, id) => {
    const moving = sql(url, `update orgline.${table} set organization_id = $1 where id = $2`, [
      south.organizationId,
      north[id],
    ])

    await expect(moving).rejects.toMatchObject(foreign)
  })

  test('the default number, of another organization, is refused and the own one is not', async () => {
    const setDefault = (holdingId: string) =>
      sql(url, 'update orgline.organizations set default_phone_number_id = $1 where id = $2', [
        holdingId,
        north.organizationId,
      ])

    await expect(setDefault(south.holdingId)).rejects.toMatchObject(foreign)
    await expect(setDefault(north.holdingId)).resolves.toEqual([])
  })

  test('a number, held by one, cannot be held by another at the same time', async () => {
    await expect(aHolding(url, south.organizationId, north.phoneNumberId)).rejects.toMatchObject(
      twice,
    )
    await expect(aHolding(url, north.organizationId, north.phoneNumberId)).rejects.toMatchObject(
      twice,
    )
  })

  test('a number, claimed by ten organizations at once, is held by one', async () => {
    const phoneNumberId = await aPhoneNumber(url)
    const organizations = await Promise.all(Array.from({ length: 10 }, () => anOrganization(url)))

    const answers = await Promise.allSettled(
      organizations.map((organizationId) => aHolding(url, organizationId, phoneNumberId)),
    )

    expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1)
  })

  test('a number, whose holding has ended, can be held by the next', async () => {
    const phoneNumberId = await aPhoneNumber(url)
    await aHolding(url, north.organizationId, phoneNumberId, { ended_at: new Date() })

    expect(await aHolding(url, south.organizationId, phoneNumberId)).toEqual(expect.any(String))
  })

  test('a holding, that has ended, cannot be active', async () => {
    const ended = { is_active: true, ended_at: new Date() }
    const phoneNumberId = await aPhoneNumber(url)

    await expect(aHolding(url, north.organizationId, phoneNumberId, ended)).rejects.toMatchObject({
      code: '23514',
    })
  })

  const live = ['purchasing', 'purchased', 'imported', 'configured', 'assigned', 'quarantined']

  test.each(live)('a number, %s, cannot be there a second time', async (status) => {
    const phone_number = aNumber()
    const release_at = status === 'quarantined' ? new Date() : null
    await aPhoneNumber(url, { phone_number, status, release_at })

    await expect(aPhoneNumber(url, { phone_number, status: 'purchasing' })).rejects.toMatchObject(
      twice,
    )
  })

  test.each(['released', 'failed'])('a number, %s, can come back but once', async (status) => {
    const phone_number = aNumber()
    await aPhoneNumber(url, { phone_number, status })
    await aPhoneNumber(url, { phone_number, status })

    await aPhoneNumber(url, { phone_number, status: 'purchasing' })

    await expect(aPhoneNumber(url, { phone_number })).rejects.toMatchObject(twice)
  })

  test.each(['twilio_phone_sid', 'elevenlabs_phone_id'])(
    'the %s, of a live number, cannot be that of another',
    async (column) => {
      const id = aNumber()
      await aPhoneNumber(url, { [column]: id })

      await expect(aPhoneNumber(url, { [column]: id })).rejects.toMatchObject(twice)
    },
  )

  test.each(live.slice(1))('a number, %s without a Twilio sid, is impossible', async (status) => {
    const unbought = { status, twilio_phone_sid: null }

    await expect(aPhoneNumber(url, unbought)).rejects.toMatchObject({ code: '23514' })
  })

  test('a customer, of two organizations, is a contact of each and twice of none', async () => {
    const phone_number = aNumber()
    const insert = (organizationId: string) =>
      sql(url, 'insert into orgline.contacts (organization_id, phone_number) values ($1, $2)', [
        organizationId,
        phone_number,
      ])

    await insert(north.organizationId)
    await insert(south.organizationId)

    await expect(insert(north.organizationId)).rejects.toMatchObject(twice)
    expect(await aContact(url, north.organizationId)).toEqual(expect.any(String))
  })
})
