import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openWork } from '../../chaos/open.ts'
import type { World } from '../../chaos/world.ts'
import { cloneDatabase, sql } from '../support/database.ts'
import { aNumber, aPhoneNumber } from '../support/rows.ts'

describe('what is still to be done, to the judge of the experiment,', () => {
  let url: string
  let drop: () => Promise<void>
  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase())
  })
  afterAll(() => drop())

  test.each([true, false])(
    'has an import whose token nobody knows, until a person is told of it (manual imports: %s)',
    async (isManual) => {
      const number = aNumber()
      await aPhoneNumber(url, {
        phone_number: number,
        status: 'assigned',
        elevenlabs_phone_id: `phnum_${number}`,
        import_state: 'unknown',
      })
      const about = async () =>
        (await openWork(asWorld(url, isManual), url)).filter((each) => each.includes(number))

      expect(await about()).toEqual([expect.stringContaining('unknown import')])
      await sql(
        url,
        `insert into orgline.admin_notifications (type, subject, status, phone_numbers, facts)
         values ('imports_outdated', $1, 'pending', jsonb_build_array($1::text), '{"cause": "unknown"}')`,
        [number],
      )
      // To import it is then the work of the person.
      expect(await about()).toEqual(isManual ? [expect.stringContaining('manual import')] : [])
    },
  )
})

const asWorld = (url: string, isManual: boolean) =>
  ({
    isManual,
    cluster: { query: (_database: string, text: string) => sql(url, text) },
  }) as unknown as World
