import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Database } from '../../src/database/db.ts'
import { OPERATOR } from '../support/actors.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { aHolding, aNumber, anOrganization, aPhoneNumber } from '../support/rows.ts'

const COLLEAGUE = '+12125559361'
const routing = { open: [{ to: 'forward', number: COLLEAGUE }, { to: 'agent' }] }
const hours = { business_hours: { timezone: 'America/Vancouver', week: {} } }

describe('a number that comes back to its organization,', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 60_000, poolSize: 5 }))
  })
  afterAll(() => drop())

  /** What the settings are with which it comes back, and what is written down of that. */
  async function restored(organization: object, countries: object) {
    const organizationId = await anOrganization(url)
    await sql(
      url,
      'update orgline.organizations set settings = $2, destination_countries = $3 where id = $1',
      [organizationId, organization, countries],
    )
    const phoneNumber = aNumber()
    const numberId = await aPhoneNumber(url, { phone_number: phoneNumber, status: 'assigned' })
    const holdingId = await aHolding(url, organizationId, numberId, {
      settings: { ...hours, routing },
      assigned_at: new Date(Date.now() - 3_600_000),
      ended_at: new Date(),
    })
    await sql(
      url,
      `update orgline.phone_numbers set status = 'quarantined', quarantine_id = $2,
         quarantined_at = (select h.ended_at from orgline.organization_phone_numbers h where h.id = $2), release_at = now() + interval '9 days' where id = $1`,
      [numberId, holdingId],
    )
    await db.rpc('restore_any_phone_number', { actor: OPERATOR, phoneNumber }, z.looseObject({}))
    const [row] = await sql<{ settings: object; left: object | null }>(
      url,
      `select h.settings, a.details -> 'routing_left_behind' as left
       from orgline.organization_phone_numbers h
       join orgline.audit_log a on a.organization_id = h.organization_id and a.subject = $2
       where h.phone_number_id = $1 and h.ended_at is null`,
      [numberId, phoneNumber],
    )
    return row
  }

  test('has the settings that it had, where they fit', async () => {
    expect(
      await restored(
        { inbound_voice: 'server', outbound_countries: ['US', 'CA'] },
        { [COLLEAGUE]: 'US' },
      ),
    ).toEqual({ settings: { ...hours, routing }, left: null })
  })

  test.each([
    [
      'to a country that is called no more',
      { inbound_voice: 'server', outbound_countries: ['CA'] },
    ],
    ['for which this server would have to answer', {}],
  ])('leaves behind a routing alone, %s, as the audit log says', async (_which, organization) => {
    expect(await restored(organization, { [COLLEAGUE]: 'US' })).toEqual({
      settings: hours,
      left: routing,
    })
  })
})
