import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/db.ts'
import { noteUnknownDestinations } from '../../src/phone-numbers/note-destinations.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { aHolding, anOrganization, aPhoneNumber } from '../support/rows.ts'

const [PERSON, COLLEAGUE] = ['+12125559371', '+16045559371']

describe('numbers to which settings of an earlier release put callers through', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 60_000, poolSize: 5 }))
  })
  afterAll(() => drop())

  async function anOlder(known: object = {}) {
    const organizationId = await anOrganization(url)
    await sql(
      url,
      `update orgline.organizations set settings = $2, destination_countries = $3, destinations_unknown = true where id = $1`,
      [organizationId, { transfer_to: PERSON }, known],
    )
    await aHolding(url, organizationId, await aPhoneNumber(url), {
      settings: { routing: { open: [{ to: 'forward', number: COLLEAGUE }] } },
    })
    return organizationId
  }
  const countriesOf = async (organizationId: string) => {
    const [row] = await sql<{ countries: object; unknown: boolean }>(
      url,
      `select destination_countries as countries, destinations_unknown as unknown from orgline.organizations where id = $1`,
      [organizationId],
    )
    return row
  }

  test('have their countries noted when a server starts, those of its numbers, too', async () => {
    const organizationId = await anOlder()

    await noteUnknownDestinations(db)

    expect(await countriesOf(organizationId)).toEqual({
      countries: { [PERSON]: 'US', [COLLEAGUE]: 'CA' },
      unknown: false,
    })
  })

  test('keep a country that was noted meanwhile', async () => {
    const organizationId = await anOlder({ [PERSON]: 'PR' })

    await noteUnknownDestinations(db)

    expect((await countriesOf(organizationId))?.countries).toEqual({
      [PERSON]: 'PR',
      [COLLEAGUE]: 'CA',
    })
  })

  test('are all noted, however many organizations have some', async () => {
    const ids: string[] = []
    for (let count = 0; count < 101; count += 1) ids.push(await anOlder())

    await noteUnknownDestinations(db)

    expect(
      await sql(
        url,
        'select from orgline.organizations where id = any ($1) and destinations_unknown',
        [ids],
      ),
    ).toEqual([])
  })
})
