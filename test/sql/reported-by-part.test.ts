import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { cloneDatabase, sql } from '../support/database.ts'

interface Found {
  class: string
  phoneNumber: string
  action?: string
}

/** Subject, what is found of two numbers, what the next sweep doubts, and how many it did not ask. */
type Case = [string, Omit<Found, 'phoneNumber'>, Found[], number]

describe('what was told of a sweep, after one that read only a part', () => {
  let url: string
  let drop: () => Promise<void>
  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase())
    for (const number of ['+12025550001', '+12025550002'])
      await sql(
        url,
        `insert into orgline.phone_numbers (phone_number, country, status, twilio_phone_sid, elevenlabs_phone_id)
         values ($1, 'US', 'configured', $1, $1)`,
        [number],
      )
  })
  beforeEach(() => sql(url, 'delete from orgline.admin_notifications where true'))
  afterAll(() => drop())

  const A = '+12025550001'
  const B = '+12025550002'

  async function sweep(found: Found[], unasked = 0) {
    const findings = found.map(({ action = 'none', ...each }) => ({
      ...each,
      twilioSid: null,
      organizationId: null,
      detail: `${each.class} of ${each.phoneNumber}`,
      action,
    }))
    await sql(
      url,
      "select public.record_reconcile('repair', 'loop', now(), $1::jsonb, $2::jsonb, null)",
      [JSON.stringify({ unasked }), JSON.stringify(findings)],
    )
  }
  /** The facts of the open notification of the subject. */
  const reported = async (subject: string) => {
    const rows = await sql<{ facts: unknown }>(
      url,
      `select facts from orgline.admin_notifications
       where type = 'reconcile_findings' and subject = $1 and status = 'pending'`,
      [subject],
    )
    return JSON.stringify(rows.map(({ facts }) => facts))
  }
  const both = (each: Omit<Found, 'phoneNumber'>) => [
    { ...each, phoneNumber: A },
    { ...each, phoneNumber: B },
  ]
  const unconfirmed = (phoneNumber: string): Found => ({ class: 'unconfirmed', phoneNumber })

  /** What is reported beside what the next sweep finds. */
  const KEPT: Case[] = [
    ['texts', { class: 'texts_elsewhere' }, [unconfirmed('*')], 0],
    ['texts', { class: 'texts_elsewhere' }, [], 1],
    ['sweep', { class: 'ghost' }, [unconfirmed(B)], 0],
    ['sweep', { class: 'foreign' }, [unconfirmed(B)], 0],
    ['held', { class: 'ghost', action: 'held' }, [unconfirmed(B)], 0],
    ['held', { class: 'drift', action: 'held' }, [unconfirmed(B)], 0],
    ['held', { class: 'orphan_paid', action: 'held' }, [unconfirmed(B)], 0],
  ]

  describe.each(KEPT)('%s, of %j, with %j and %d not asked', (subject, kind, doubts, unasked) => {
    test('is both, where one was found again', async () => {
      await sweep(both(kind))

      await sweep([{ ...kind, phoneNumber: A }, ...doubts], unasked)

      expect(await reported(subject)).toContain(A)
      expect(await reported(subject)).toContain(B)
    })
  })

  describe.each<Case>([
    ...KEPT,
    ['questions', { class: 'asked_elsewhere' }, [unconfirmed(B)], 1],
    ['questions', { class: 'asked_elsewhere' }, [], 1],
    ['unconfirmed', { class: 'unconfirmed' }, [], 1],
  ])('%s, of %j, with %j and %d not asked', (subject, kind, doubts, unasked) => {
    test('is still told, where none was found again', async () => {
      await sweep(both(kind))

      await sweep(doubts, unasked)

      expect(await reported(subject)).toContain(B)
    })

    test('is the rest, once all was read', async () => {
      await sweep(both(kind))
      await sweep([{ ...kind, phoneNumber: A }, ...doubts], unasked)

      await sweep([{ ...kind, phoneNumber: A }])
      expect(await reported(subject)).not.toContain(B)

      await sweep([])
      expect(await reported(subject)).toBe('[]')
    })
  })
})
