import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { cloneDatabase, sql } from '../support/database.ts'

interface Found {
  class: string
  phoneNumber: string
  agentId?: string
  action?: string
}

/** Subject, what is found of two numbers, what the next sweep doubts, and of how many agents it knows nothing. */
type Case = [string, Omit<Found, 'phoneNumber'>, Found[], { unasked?: number; unanswered?: number }]

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

  async function sweep(found: Found[], counts: Case[3] = {}) {
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
      [JSON.stringify({ unasked: 0, unanswered: 0, ...counts }), JSON.stringify(findings)],
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
    ['texts', { class: 'texts_elsewhere' }, [unconfirmed('*')], {}],
    ['texts', { class: 'texts_elsewhere' }, [], { unasked: 1 }],
    ['sweep', { class: 'ghost' }, [unconfirmed(B)], {}],
    ['sweep', { class: 'foreign' }, [unconfirmed(B)], {}],
    ['held', { class: 'ghost', action: 'held' }, [unconfirmed(B)], {}],
    ['held', { class: 'drift', action: 'held' }, [unconfirmed(B)], {}],
    ['held', { class: 'orphan_paid', action: 'held' }, [unconfirmed(B)], {}],
    ['questions', { class: 'asked_elsewhere' }, [unconfirmed(B)], { unanswered: 1 }],
    ['questions', { class: 'asked_elsewhere' }, [], { unasked: 1 }],
  ]

  describe.each(KEPT)('%s, of %j, with %j and %j', (subject, kind, doubts, counts) => {
    test('is both, where one was found again', async () => {
      await sweep(both(kind))

      await sweep([{ ...kind, phoneNumber: A }, ...doubts], counts)

      expect(await reported(subject)).toContain(A)
      expect(await reported(subject)).toContain(B)
    })
  })

  describe.each<Case>([...KEPT, ['unconfirmed', { class: 'unconfirmed' }, [], { unasked: 1 }]])(
    '%s, of %j, with %j and %j',
    (subject, kind, doubts, counts) => {
      test('is still told, where none was found again', async () => {
        await sweep(both(kind))

        await sweep(doubts, counts)

        expect(await reported(subject)).toContain(B)
      })

      test('is the rest, once all was read', async () => {
        await sweep(both(kind))
        await sweep([{ ...kind, phoneNumber: A }, ...doubts], counts)

        await sweep([{ ...kind, phoneNumber: A }])
        expect(await reported(subject)).not.toContain(B)

        await sweep([])
        expect(await reported(subject)).toBe('[]')
      })
    },
  )

  /** So many numbers, that no fact names the last of them. */
  const many = (from: number) =>
    Array.from({ length: 25 }, (_, n) => `+1202556${String(from + n).padStart(4, '0')}`)

  describe('questions, of more agents than the facts have details of', () => {
    const found = (numbers: string[]) =>
      numbers.map((phoneNumber, n) => ({
        class: 'asked_elsewhere',
        phoneNumber,
        agentId: `agent_${n}`,
      }))
    const facts = async () => {
      const [row] = await sql<{ facts: { count: number; agents: string[]; details: string[] } }>(
        url,
        `select facts from orgline.admin_notifications
         where type = 'reconcile_findings' and subject = 'questions' and status = 'pending'`,
      )
      return row?.facts
    }
    const doubted = () => found(many(0)).map((each) => ({ ...each, class: 'unconfirmed' }))

    test('are counted, and have the details of the first twenty', async () => {
      await sweep(found(many(0)))

      const reportedAgents = await facts()
      expect(reportedAgents).toMatchObject({
        count: 25,
        details: { length: 20 },
        agents: { length: 25 },
      })
    })

    test('keep those of which ElevenLabs gives no answer, whichever others are found', async () => {
      await sweep(found(many(0)))
      const other = { class: 'asked_elsewhere', phoneNumber: A, agentId: 'agent_other' }

      await sweep([other, ...doubted()], { unanswered: 25 })
      await sweep([other, ...doubted().slice(10)], { unanswered: 15 })

      const reportedAgents = await facts()
      expect(reportedAgents?.count).toBe(16)
      expect(reportedAgents?.agents.toSorted()).toEqual(
        [
          'agent_other',
          ...doubted()
            .slice(10)
            .map(({ agentId }) => agentId),
        ].toSorted(),
      )
      expect(reportedAgents?.details).toContain(`asked_elsewhere of ${many(0)[10]}`)
      expect(reportedAgents?.details).not.toContain(`asked_elsewhere of ${many(0)[9]}`)
    })

    test('drop those that are as they should be, where none is found', async () => {
      await sweep(found(many(0)))

      await sweep(doubted().slice(24), { unanswered: 1 })
      expect(await facts()).toEqual({
        cause: 'questions',
        count: 1,
        agents: ['agent_24'],
        details: [],
      })

      await sweep([])
      expect(await facts()).toBeUndefined()
    })
  })

  describe.each<[string, Found['class'][], string[]]>([
    ['sweep', ['ghost', 'foreign'], ['none', 'none']],
    ['held', ['ghost', 'drift', 'orphan_paid'], ['held', 'held', 'held']],
  ])('%s, of more numbers than its facts name, of each of %j', (subject, classes, actions) => {
    const numbers = classes.map((_, part) => many(part * 100))
    const found = (of: (all: string[]) => string[] = (all) => all) =>
      classes.flatMap((name, part) =>
        of(numbers[part] ?? []).map((phoneNumber) => ({
          class: name,
          action: actions[part] ?? 'none',
          phoneNumber,
        })),
      )
    const allDoubted = () => numbers.flat().map(unconfirmed)
    const reportedNumbers = async () => {
      const [row] = await sql<{ numbers: string[]; facts: Record<string, { count: number }> }>(
        url,
        `select phone_numbers as numbers, facts from orgline.admin_notifications
         where type = 'reconcile_findings' and subject = $1 and status = 'pending'`,
        [subject],
      )
      const counts = Object.values(row?.facts ?? {}).flatMap(({ count }) => count ?? [])
      return { numbers: row?.numbers.toSorted(), counts: counts.filter((each) => each > 0) }
    }
    beforeEach(async () => {
      for (const [n, number] of numbers.flat().entries())
        await sql(
          url,
          `insert into orgline.phone_numbers (phone_number, country, status, twilio_phone_sid, elevenlabs_phone_id)
           values ($1, 'US', 'configured', $2, $2) on conflict do nothing`,
          [number, `${subject}-${n}`],
        )
      await sweep(found())
    })

    test('keeps all of them in their parts, while none can be confirmed, sweep after sweep', async () => {
      await sweep(allDoubted())
      await sweep(allDoubted())

      expect(await reportedNumbers()).toEqual({
        numbers: numbers.flat().toSorted(),
        counts: classes.map(() => 25),
      })
    })

    test('keeps those behind the twentieth alone, and is over once they are as they are to be', async () => {
      const last = numbers.flatMap((all) => all.slice(-2))

      await sweep(last.map(unconfirmed))

      expect(await reportedNumbers()).toEqual({
        numbers: last.toSorted(),
        counts: classes.map(() => 2),
      })
      await sweep([])
      expect((await reportedNumbers()).numbers).toBeUndefined()
    })

    test('has each once, where some were found again', async () => {
      await sweep([...found((all) => all.slice(10, 12)), ...allDoubted()])

      expect(await reportedNumbers()).toEqual({
        numbers: numbers.flat().toSorted(),
        counts: classes.map(() => 25),
      })
    })
  })
})
