import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cloneDatabase, sql } from '../support/database.ts'
import { MIGRATIONS } from '../support/migrations.ts'
import { aCall, aHolding, aMessage, anOrganization, aPhoneNumber } from '../support/rows.ts'

describe('a reason, from a release that kept sentences,', () => {
  let url: string
  let drop: () => Promise<void>
  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase())
  })
  afterAll(() => drop())

  const migration = (name: string) => readFile(new URL(name, MIGRATIONS), 'utf8')
  const traffic = async () => {
    const organizationId = await anOrganization(url)
    const holdingId = await aHolding(url, organizationId, await aPhoneNumber(url))
    return { organizationId, holdingId, contactId: null }
  }

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
    const id = await aCall(url, await traffic(), { status: 'failed', failure_reason: sentence })

    await sql(url, await migration('0035_failure_reasons.sql'))

    expect(await sql(url, 'select failure_reason from calls where id = $1', [id])).toEqual([
      { failure_reason: kind },
    ])
  })

  test.each([
    ['The voice platform refused the request', 'voice_platform_rejected'],
    ['no answer within 3600 ms', 'no_answer_within: 3600 ms'],
    ['ElevenLabs is away', 'ElevenLabs is away'],
  ])('of a call, that was "%s", becomes %s', async (words, kind) => {
    const id = await aCall(url, await traffic(), { status: 'failed', failure_reason: words })

    await sql(url, await migration('0059_reason_kinds.sql'))

    expect(await sql(url, 'select failure_reason from calls where id = $1', [id])).toEqual([
      { failure_reason: kind },
    ])
  })

  test.each([
    ['The handset is off or out of reach: try again later', 'handset_off'],
    ['The telephone company did not answer: try again later', 'telephone_company_unreachable'],
    [
      'The customer has asked for no more texts. Only the customer can undo that, by texting START to +16045550123',
      'opted_out_from: +16045550123',
    ],
  ])('of a text, that was "%s", becomes %s', async (words, kind) => {
    const id = await aMessage(url, await traffic(), {
      direction: 'outbound',
      status: 'failed',
      failure_reason: words,
    })

    await sql(url, await migration('0059_reason_kinds.sql'))

    const rows = await sql(url, 'select failure_reason from messages where id = $1', [id])
    expect(rows).toEqual([{ failure_reason: kind }])
  })
})
