import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/db.ts'
import { createNotificationStore } from '../../src/notifications/notification-store.ts'
import type { Actor } from '../../src/platform/actor.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { APIS } from '../support/notification-facts.ts'
import { anOrganization } from '../support/rows.ts'

const alice: Actor = { kind: 'operator', name: 'alice' }
const bob: Actor = { kind: 'operator', name: 'bob' }

describe('a notification', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  let store: ReturnType<typeof createNotificationStore>
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 60_000, poolSize: 4 }))
    store = createNotificationStore(db, APIS)
  })
  afterAll(() => drop())

  const notify = (type: string, subject: string, error: string, organizationId?: string) =>
    sql(url, 'select private.notify($1, $2, $3, $4)', [type, subject, { error }, organizationId])
  const rows = (subject: string) =>
    sql<{ id: string; status: string; occurrences: number; message: null; facts: object }>(
      url,
      'select id, status, occurrences, message, facts from orgline.admin_notifications where subject = $1 order by created_at',
      [subject],
    )

  test('of one cause, raised three times, is one row that counts and tells the latest', async () => {
    const subject = randomUUID()
    await notify('sms_routing_failed', subject, 'first')
    await notify('sms_routing_failed', subject, 'second')

    await notify('sms_routing_failed', subject, 'third')

    expect(await rows(subject)).toEqual([
      {
        id: expect.any(String),
        status: 'pending',
        occurrences: 3,
        message: null,
        facts: { error: 'third' },
      },
    ])
  })

  test('of one cause, raised by twenty at once, is one row that counts them all', async () => {
    const subject = randomUUID()

    await Promise.all(Array.from({ length: 20 }, () => notify('pool_low', subject, 'low')))

    expect(await rows(subject)).toMatchObject([{ occurrences: 20 }])
  })

  test('of before facts were stored, raised again, has facts in place of its message', async () => {
    const subject = randomUUID()
    await sql(
      url,
      "insert into orgline.admin_notifications (type, subject, message) values ('pool_low', $1, 'It is low.')",
      [subject],
    )

    await notify('pool_low', subject, 'low')

    expect(await rows(subject)).toMatchObject([
      { occurrences: 2, message: null, facts: { error: 'low' } },
    ])
  })

  test('of how something is, raised again, changes only when its facts or its numbers do', async () => {
    const subject = randomUUID()
    const state = async (error: string, numbers: string[]) => {
      await sql(url, "select private.notify_state('imports_outdated', $1, $2, $3)", [
        subject,
        { error },
        JSON.stringify(numbers),
      ])
      const [row] = await sql<{ version: string }>(
        url,
        'select xmin::text as version from orgline.admin_notifications where subject = $1',
        [subject],
      )
      return row?.version
    }

    const first = await state('one', ['+16045550123'])

    expect(await state('one', ['+16045550123'])).toBe(first)
    const second = await state('one', ['+16045550124'])
    expect(second).not.toBe(first)
    expect(await state('two', ['+16045550124'])).not.toBe(second)
    expect(await rows(subject)).toMatchObject([{ occurrences: 1, facts: { error: 'two' } }])
  })

  test('of the same type, about another subject, is a row of its own', async () => {
    const [one, other] = [randomUUID(), randomUUID()]

    await notify('pool_low', one, 'low')
    await notify('pool_low', other, 'low')

    expect(await rows(one)).toMatchObject([{ occurrences: 1 }])
    expect(await rows(other)).toMatchObject([{ occurrences: 1 }])
  })

  test('of another type, about the same subject, is a row of its own', async () => {
    const subject = randomUUID()

    await notify('pool_low', subject, 'low')
    await notify('account_problem', subject, 'closed')

    expect(await rows(subject)).toHaveLength(2)
  })

  test('of one cause, raised after it was resolved, is a new row', async () => {
    const subject = randomUUID()
    await notify('pool_low', subject, 'before')
    const [first] = await rows(subject)
    await store.resolve(alice, first?.id ?? '')

    await notify('pool_low', subject, 'after')

    expect(await rows(subject)).toMatchObject([
      { status: 'resolved', occurrences: 1, facts: { error: 'before' } },
      { status: 'pending', occurrences: 1, facts: { error: 'after' } },
    ])
  })

  test('resolved twice, by two people, keeps the first', async () => {
    const subject = randomUUID()
    await notify('pool_low', subject, 'low')
    const [row] = await rows(subject)
    const first = await store.resolve(alice, row?.id ?? '')

    const second = await store.resolve(bob, row?.id ?? '')

    expect(first).toMatchObject({ status: 'resolved' })
    expect(second).toMatchObject({ status: 'resolved' })
    expect(
      await sql(url, 'select resolved_by from orgline.admin_notifications where id = $1', [
        row?.id,
      ]),
    ).toEqual([{ resolved_by: 'alice' }])
  })

  test('that does not exist, resolved, is a notification_not_found', async () => {
    const resolving = store.resolve(alice, randomUUID())

    await expect(resolving).rejects.toMatchObject({ code: 'notification_not_found' })
  })

  test('of an organization, listed, carries its name', async () => {
    const organizationId = await anOrganization(url)
    await notify('phone_setup_failed', randomUUID(), 'delayed', organizationId)

    const page = await store.list(
      { status: 'pending', type: 'phone_setup_failed' },
      { limit: 50, cursor: null },
    )

    expect(page.rows).toContainEqual(
      expect.objectContaining({
        organization_id: organizationId,
        organization_name: 'Premium Auto Sales',
      }),
    )
  })

  test('of a type that is not on the list, raised, is refused', async () => {
    await expect(notify('something_else', randomUUID(), 'x')).rejects.toMatchObject({
      code: '23514',
    })
  })
})
