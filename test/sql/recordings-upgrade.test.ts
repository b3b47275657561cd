import { describe, expect, test } from 'vitest'
import { migrate } from '../../src/database/migrate/migrate.ts'
import { databaseForTest, sql } from '../support/database.ts'
import { MIGRATIONS, migrateBefore } from '../support/migrations.ts'

const TAPE = 'https://api.twilio.com/2010-04-01/Accounts/AC0123/Recordings/RE0123'
const ORGANIZATION = '0b54c1a6-2f5e-4ac2-9c7b-3d1f1e0a7c11'
const CALL = '7e0f9f0e-8d0c-4f57-9d61-5b7a52f4a0d2'

describe('notifications from before the upgrade', () => {
  test('of a message on tape, name where it is heard here, or nothing, and never the carrier’s address', async () => {
    const { url } = await databaseForTest('template0')
    await migrateBefore(url, '0051_recordings.sql')
    await sql(
      url,
      `insert into orgline.organizations (id, name, slug, email) values ($1, 'North', 'north', 'a@example.com')`,
      [ORGANIZATION],
    )
    const notification = (subject: string, organizationId: string | null, more: object) =>
      sql(
        url,
        `insert into orgline.admin_notifications (type, subject, organization_id, message, facts)
         values ('call_routing_failed', $1, $2, $3::jsonb ->> 'message', $3::jsonb -> 'facts')`,
        [subject, organizationId, JSON.stringify(more)],
      )
    const facts = { cause: 'not_routed', call_id: CALL, recording_url: TAPE }
    await notification('1', ORGANIZATION, { facts })
    await notification('2', null, { facts: { ...facts, call_id: null } })
    await notification('3', ORGANIZATION, { facts: { ...facts, recording_url: null } })
    await notification('4', ORGANIZATION, { message: `They left a message: ${TAPE} (call back).` })

    await migrate(url, MIGRATIONS)

    const rows = await sql<{ facts: { recording: string | null } | null; message: string | null }>(
      url,
      'select facts, message from orgline.admin_notifications order by subject',
    )
    expect(rows.map((row) => row.facts?.recording ?? row.message)).toEqual([
      `/api/organizations/${ORGANIZATION}/calls/${CALL}/recording`,
      null,
      null,
      'They left a message: (see the call) (call back).',
    ])
    expect(JSON.stringify(rows)).not.toContain('twilio')
  })
})
