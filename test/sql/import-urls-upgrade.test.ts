import { describe, expect, test } from 'vitest'
import { migrate } from '../../src/database/migrate/migrate.ts'
import { databaseForTest, sql } from '../support/database.ts'
import { MIGRATIONS, migrateBefore } from '../support/migrations.ts'

/** 0046 takes all that is stored for read, 0055 takes that back, and 0063 knows what servers may have set meanwhile. */
const UPGRADE = '0046_import_urls.sql'
const TAKEN_BACK = '0055_last_resorts.sql'
const urlsAt = (host: string) => ({
  import_voice_url: `https://${host}/twilio/inbound_call`,
  import_status_url: `https://${host}/twilio/status-callback`,
})
const UNKNOWN = { import_voice_url: null, import_status_url: null }
const US = urlsAt('api.us.elevenlabs.io')
const EU = urlsAt('api.eu.residency.elevenlabs.io')

describe('what imports left at Twilio, as it was stored before the upgrade', () => {
  /** Numbers in the order in which they were last changed, then the upgrade. */
  async function upgraded(numbers: { urls: typeof US; status?: string; state?: string }[]) {
    const { url } = await databaseForTest('template0')
    await migrateBefore(url, UPGRADE)
    for (const [n, { urls, status = 'assigned', state = null }] of numbers.entries()) {
      await sql(
        url,
        `insert into orgline.phone_numbers (phone_number, country, status, twilio_phone_sid, elevenlabs_phone_id,
           import_state, import_voice_url, import_status_url, updated_at, release_at)
         values ($1, 'US', $2, $1, $1, $3, $4, $5, now() + make_interval(mins => $6),
           case when $2 = 'quarantined' then now() end)`,
        [`+1202555000${n}`, status, state, urls.import_voice_url, urls.import_status_url, n],
      )
    }
    await migrate(url, MIGRATIONS)
    return { ...(await known(url)), url }
  }

  async function known(url: string) {
    return {
      ofNumbers: await sql(
        url,
        'select import_voice_url, import_status_url from orgline.phone_numbers order by phone_number',
      ),
      ofOthers: await sql(
        url,
        'select import_voice_url, import_status_url from orgline.deployment',
      ),
      read: await sql(
        url,
        'select from orgline.phone_numbers where import_urls_of = elevenlabs_phone_id',
      ),
    }
  }

  test('in a workspace without residency, is the last resort, and to be read', async () => {
    expect(await upgraded([{ urls: US }, { urls: US }])).toMatchObject({
      ofNumbers: [UNKNOWN, UNKNOWN],
      ofOthers: [US],
      read: [],
    })
  })

  test('of a number on a host of its own, holds after a sync that finds it at the last resort, for others too', async () => {
    const { url } = await upgraded([{ urls: EU }, { urls: US }])

    await sql(
      url,
      'select public.note_import_urls(p.id, p.elevenlabs_phone_id, $1, $2, true, true) from orgline.phone_numbers p',
      [US.import_voice_url, US.import_status_url],
    )

    expect(await known(url)).toEqual({ ofNumbers: [EU, EU], ofOthers: [EU], read: [] })
  })

  test('of a number on a host of its own, is read by a sync that finds it there', async () => {
    const { url } = await upgraded([{ urls: EU }])

    await sql(
      url,
      'select public.note_import_urls(p.id, p.elevenlabs_phone_id, $1, $2, true, false) from orgline.phone_numbers p',
      [EU.import_voice_url, EU.import_status_url],
    )

    expect(await known(url)).toEqual({ ofNumbers: [EU], ofOthers: [EU], read: [{}] })
  })

  test('of a live number on a host of its own, holds until it is read, also for those that have the last resort', async () => {
    expect(await upgraded([{ urls: EU }, { urls: US }])).toMatchObject({
      ofNumbers: [EU, EU],
      ofOthers: [EU],
      read: [],
    })
  })

  test.each([
    ['in quarantine', { status: 'quarantined' }],
    ['whose import is gone', { state: 'gone' }],
  ])('of a number %s, holds for no other', async (_which, which) => {
    expect(await upgraded([{ urls: US }, { urls: EU, ...which }])).toMatchObject({
      ofNumbers: [UNKNOWN, EU],
      ofOthers: [US],
      read: [],
    })
  })

  test('where nothing was read, is unknown', async () => {
    expect((await upgraded([])).ofOthers).toEqual([UNKNOWN])
  })

  test('of a number that came after that, stays read', async () => {
    const { url } = await databaseForTest('template0')
    await migrateBefore(url, TAKEN_BACK)
    await sql(
      url,
      `insert into orgline.phone_numbers (phone_number, country, status, twilio_phone_sid, elevenlabs_phone_id,
         import_voice_url, import_status_url, import_urls_of, created_at)
       values ('+12025550000', 'US', 'assigned', 'PN1', 'phnum_1', $1, $2, 'phnum_1', now() + interval '1 second')`,
      [US.import_voice_url, US.import_status_url],
    )

    await migrate(url, MIGRATIONS)

    expect(
      await sql(
        url,
        'select import_voice_url, import_status_url, import_urls_of from orgline.phone_numbers',
      ),
    ).toEqual([{ ...US, import_urls_of: 'phnum_1' }])
  })
})
