import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/db.ts'
import { contactDeeds, Json, type Side } from '../support/contact-deeds.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { seenOtherwise } from '../support/lead-status.ts'
import { aNumber } from '../support/rows.ts'

describe('contacts, in SQL', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  let sides: [Side, Side]
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 60_000, poolSize: 8 }))
  })
  beforeEach(async () => {
    sides = [await aSide(), await aSide()]
  })
  afterAll(() => drop())
  const { aSide, ask, text, ring, endOf, end, contactOf, timeline, merge, erase } = contactDeeds(
    () => ({ url, db }),
  )

  /** What one customer does with one of two organizations, or one of these does with the customer. */
  const deed = fc.record({
    kind: fc.constantFrom('text', 'call', 'name', 'merge', 'erase', 'late'),
    side: fc.constantFrom<0 | 1>(0, 1),
    phone: fc.constantFrom<0 | 1>(0, 1),
  })

  test('two organizations that know the same customer, whatever each does, never see or touch what is the other’s', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 3, maxLength: 12 }), async (deeds) => {
        const phones = [aNumber(), aNumber()] as const
        /** What each must have now, by contact as the two phones lead to it. */
        const own: [string[], string[]] = [[], []]
        for (const [index, { kind, side, phone }] of deeds.entries()) {
          const before = await shown(sides[1 - side] as Side, phones)
          await play(kind, sides[side], phones, phone, `s${side}-${index}`, own[side])
          expect(await shown(sides[1 - side] as Side, phones)).toEqual(before)
          const words = JSON.stringify(await shown(sides[side], phones))
          for (const each of own[side]) expect(words).toContain(`"${each}"`)
          expect(words).not.toContain(`"s${1 - side}-`)
          expect(await seenOtherwise(url)).toEqual([])
        }
      }),
      { numRuns: 25 },
    )
  }, 60_000)

  async function play(
    kind: string,
    side: Side,
    phones: readonly [string, string],
    phone: 0 | 1,
    words: string,
    own: string[],
  ) {
    const [from, other] = [phones[phone], phones[1 - phone] as string]
    const [id, otherId] = [await contactOf(side, from), await contactOf(side, other)]
    if (kind === 'text') await text(side, from, words)
    if (kind === 'call') {
      const { call_id } = await ring(side, from)
      await end(endOf(side, from, words, { call_id }))
    }
    if (kind === 'text' || kind === 'call') own.push(words)
    if (kind === 'name' && id) {
      await ask('change_contact', side, { contactId: id, changes: { name: `name ${words}` } })
    }
    if (kind === 'merge' && id && otherId) await merge(side, id, otherId)
    if (kind === 'erase' && id) {
      const { rows } = await timeline(side, id)
      await erase(side, id)
      const gone = rows.map((row: { body?: string; summary?: string }) => row.body ?? row.summary)
      own.splice(0, own.length, ...own.filter((each) => !gone.includes(each)))
    }
    if (kind === 'late' && id) {
      const { call_id } = await ring(side, from)
      await erase(side, await contactOf(side, from))
      const { result } = await end(endOf(side, from, words, { call_id }))
      expect(result).toBe('erased')
      own.length = 0
      if (otherId && otherId !== id) {
        const { rows } = await timeline(side, otherId)
        own.push(...rows.map((row: { body?: string; summary?: string }) => row.body ?? row.summary))
      }
    }
  }

  async function shown(side: Side, phones: readonly string[]) {
    const ids = await Promise.all(phones.map((phone) => contactOf(side, phone)))
    return Promise.all(
      [...new Set(ids)].filter(Boolean).map(async (id) => ({
        contact: await ask('get_contact', side, { contactId: id }),
        entries: (await timeline(side, id)).rows,
      })),
    )
  }

  test('five merges of one pair at once, both ways round, leave one contact with all there was', async () => {
    const [side] = sides
    const [a, b] = [aNumber(), aNumber()]
    await text(side, a, 'from-a')
    await text(side, b, 'from-b')
    const [idA, idB] = [await contactOf(side, a), await contactOf(side, b)]

    const results = await Promise.all(
      [0, 1, 2, 3, 4].map((n) => (n % 2 ? merge(side, idA, idB) : merge(side, idB, idA))),
    )

    expect(new Set(results.map(({ id }) => id)).size).toBe(1)
    expect((await timeline(side, idA)).rows).toHaveLength(2)
    expect(await timeline(side, idB)).toEqual(await timeline(side, idA))
  })

  test('texts and calls, while their contacts are merged in a ring, are all kept with the one that is left', async () => {
    const [side] = sides
    const phones = [aNumber(), aNumber(), aNumber()]
    for (const phone of phones) await text(side, phone, 'first')
    const ids = await Promise.all(phones.map((phone) => contactOf(side, phone)))
    const traffic = phones.flatMap((phone) =>
      Array.from({ length: 6 }, (_, n) => (n % 2 ? text(side, phone, 'more') : ring(side, phone))),
    )
    const merges = ids.map((id, n) =>
      merge(side, id, ids[(n + 1) % 3] as string).catch((error: Error) => error),
    )

    await Promise.all([...traffic, ...merges])
    for (const id of ids.slice(1)) await merge(side, ids[0] as string, id).catch(() => {})

    const [left] = await sql<{ id: string }>(
      url,
      'select id from orgline.contacts where organization_id = $1 and merged_into is null',
      [side.id],
    )
    const strayed = await sql(
      url,
      `select contact_id from orgline.messages where organization_id = $1 and contact_id <> $2
       union all select contact_id from orgline.calls where organization_id = $1 and contact_id <> $2`,
      [side.id, left?.id],
    )
    expect(strayed).toEqual([])
    expect((await timeline(side, left?.id ?? '')).rows).toHaveLength(3 + 18)
  })

  test('names and lead ids, of two that are merged, are combined, and what gives way stays readable', async () => {
    const [side] = sides
    const create = (fields: object) =>
      ask('create_contact', side, {
        id: randomUUID(),
        phoneNumber: aNumber(),
        name: null,
        leadId: null,
        leadStatus: null,
        attributes: {},
        ...fields,
      })
    const kept = await create({ name: 'Ada' })
    const gone = await create({ name: 'A. L.', leadId: 'L-1', leadStatus: 'Active Lead' })

    const merged = await merge(side, kept.id, gone.id)

    expect(merged).toMatchObject({
      id: kept.id,
      name: 'Ada',
      lead_id: 'L-1',
      lead_status: 'Active Lead',
      lead_status_set: true,
      merged: [{ id: gone.id, phone_number: gone.phone_number, name: 'A. L.', lead_id: 'L-1' }],
    })
  })

  test('attributes, of two that are merged, are at most 20: those of the one that stays, and what fits of the other’s', async () => {
    const [side] = sides
    const fields = fc.dictionary(
      fc.constantFrom(...Array.from({ length: 30 }, (_, n) => `field_${n}`)),
      fc.constantFrom('one', 'two'),
      { maxKeys: 20 },
    )

    await fc.assert(
      fc.asyncProperty(
        fields,
        fc.array(fields, { minLength: 1, maxLength: 3 }),
        async (own, others) => {
          const create = (attributes: object) =>
            ask('create_contact', side, {
              id: randomUUID(),
              phoneNumber: aNumber(),
              name: null,
              leadId: null,
              leadStatus: null,
              attributes,
            })
          const kept = await create(own)
          let merged = kept
          for (const other of others) merged = await merge(side, kept.id, (await create(other)).id)

          const all = Object.assign({}, ...others.toReversed(), own)
          const names = Object.keys(merged.attributes)
          expect(names).toHaveLength(Math.min(20, Object.keys(all).length))
          expect(merged.attributes).toMatchObject(own)
          for (const name of names) expect(merged.attributes[name]).toBe(all[name])
        },
      ),
      { numRuns: 20 },
    )
  })

  test('a report that was kept, of a contact that is merged since, is of the one that is left', async () => {
    const [side] = sides
    const [kept, gone] = [aNumber(), aNumber()]
    await text(side, kept, 'deferred')
    await ring(side, gone)
    await ring(side, gone)
    // Two calls of that moment between these numbers: nobody is guessed.
    const event = endOf(side, gone, 'which one?', { started_at: new Date().toISOString() })
    expect(await end(event)).toEqual({ result: 'deferred' })
    await merge(side, await contactOf(side, kept), await contactOf(side, gone))
    const retry = async () => {
      await sql(
        url,
        "update orgline.webhook_events set next_try_at = '-infinity' where event_key = $1",
        [`${event.conversation_id}:ended`],
      )
      return db.rpc('retry_deferred_event', {}, Json)
    }

    const inDoubt = await retry()
    await sql(
      url,
      `update orgline.calls set conversation_id = $2 where id = (
         select id from orgline.calls where from_number = $1 order by created_at limit 1)`,
      [gone, event.conversation_id],
    )
    const known = await retry()

    expect([inDoubt, known]).toEqual([{ result: 'kept' }, { result: 'applied' }])
    const { rows } = await timeline(side, await contactOf(side, kept))
    const calls = rows.filter((row: { channel: string }) => row.channel === 'voice')
    const summaries = calls.map((row: { summary: string | null }) => row.summary)
    expect(new Set(summaries)).toEqual(new Set(['which one?', null]))
    expect(calls).toHaveLength(2)
    expect(await contactOf(side, gone)).toBe(await contactOf(side, kept))
  })

  test('an entry, repeated after its contact was merged away, answers the one that is left', async () => {
    const [side] = sides
    const id = randomUUID()
    const entry = {
      phoneNumber: aNumber(),
      name: null,
      leadId: null,
      leadStatus: null,
      attributes: {},
    }
    const create = () => ask('create_contact', side, { id, ...entry })
    await create()
    const other = aNumber()
    await text(side, other, 'hello')
    const left = await contactOf(side, other)
    await merge(side, left, id)

    expect(await create()).toMatchObject({ id: left, merged: [{ id: id }] })
  })

  test('a number, put on the do-not-call list while it is taken off, is answered with its entry', async () => {
    const [side] = sides
    const phoneNumber = aNumber()

    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        n % 2
          ? ask('remove_do_not_call', side, { phoneNumber })
          : ask('add_do_not_call', side, { phoneNumber, reason: `${n}` }),
      ),
    )

    const entered = answers.filter((answer) => 'entry' in answer)
    expect(entered).toHaveLength(10)
    for (const { entry } of entered) expect(entry).toMatchObject({ phone_number: phoneNumber })
  })
})
