import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cloneDatabase, sql } from '../support/database.ts'
import { MIGRATIONS } from '../support/migrations.ts'
import { aCall, aHolding, anOrganization, aPhoneNumber } from '../support/rows.ts'

describe('the reason of a call, from a release that kept sentences', () => {
  let url: string
  let drop: () => Promise<void>
  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase())
  })
  afterAll(() => drop())

  test.each([
    ['its end was not reported', 'end_not_reported'],
    ['ElevenLabs knows of no such call, so it was not dialled', 'not_dialled'],
    ['Twilio ended the call as busy', 'line_busy'],
    ['Twilio ended the call as completed, before a conversation began', 'hung_up'],
    [
      'The line is bad; an end was reported that fits this and another call, so it may have been dialled',
      'maybe_dialled',
    ],
    ['nobody answered', 'nobody answered'],
  ])('that was "%s", becomes %s', async (sentence, kind) => {
    const organizationId = await anOrganization(url)
    const holdingId = await aHolding(url, organizationId, await aPhoneNumber(url))
    const traffic = { organizationId, holdingId, contactId: null }
    const id = await aCall(url, traffic, { status: 'failed', failure_reason: sentence })

    await sql(url, await readFile(new URL('0035_failure_reasons.sql', MIGRATIONS), 'utf8'))

    expect(await sql(url, 'select failure_reason from calls where id = $1', [id])).toEqual([
      { failure_reason: kind },
    ])
  })
})
