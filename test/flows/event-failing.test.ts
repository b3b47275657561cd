import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import {
  createDeliveryStore,
  type DeliveryClaim,
} from '../../src/events/deliveries/delivery-store.ts'
import type { Outcome } from '../../src/events/deliveries/post-webhook.ts'
import { createEndpointStore } from '../../src/events/endpoints/endpoint-store.ts'
import { OPERATOR } from '../support/actors.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { aListenerOf, recordEvents } from '../support/event-rows.ts'
import { aContact, anOrganization } from '../support/rows.ts'

const SERVER = { leaseMs: 60_000, publicUrl: 'https://line.example.com' }
const [OLD, NEW] = ['https://old.example.com/x', 'https://new.example.com/x']
const NOBODY = {
  after: null,
  busy: [],
  underWay: [],
  most: 4,
  busyHosts: [],
  isHealthyOnly: false,
}
const FAILED: Outcome = { result: 'failed', statusCode: 503, answer: 'away', error: 'answered 503' }
const GONE: Outcome = { result: 'gone', statusCode: 410, answer: '', error: 'answered 410' }

describe('what endpoints do not take', () => {
  let url: string
  let clone: Awaited<ReturnType<typeof cloneWithDoor>>
  beforeAll(async () => {
    clone = await cloneWithDoor({ timeoutMs: 30_000, poolSize: 10 })
    url = clone.url
  })
  afterAll(() => clone.drop())
  // Whose turn it is, is not the question here.
  beforeEach(() =>
    sql(
      url,
      "update orgline.webhook_endpoints set status = 'deleted', paused_reason = null where true",
    ),
  )

  const store = () => createDeliveryStore(clone.db, SERVER)
  const endpoints = () => createEndpointStore(clone.db)
  async function claim(): Promise<DeliveryClaim> {
    for (let tries = 0; tries < 100; tries += 1) {
      const claimed = await store().claim(NOBODY)
      if (claimed) return claimed
    }
    throw new Error('nothing is due')
  }
  /** The next is told, and fails so. */
  const fail = async (outcome: Outcome, delayMs: number | null = 0) =>
    store().record(await claim(), outcome, delayMs)

  async function anEndpoint(status?: 'paused') {
    const organizationId = await anOrganization(url)
    const id = await aListenerOf(url, organizationId, OLD, status)
    return {
      organizationId,
      id,
      record: (count?: number) => recordEvents(url, organizationId, count),
      change: (changes: object) => endpoints().change(OPERATOR, organizationId, id, changes, null),
      read: () => endpoints().get(OPERATOR, organizationId, id),
      failingFor: (time: string) =>
        sql(
          url,
          'update orgline.webhook_endpoints set failing_since = now() - $2::interval where id = $1',
          [id, time],
        ),
      deliveries: () =>
        sql<{ status: string; due_at: Date | null }>(
          url,
          'select status, due_at from orgline.event_deliveries where endpoint_id = $1',
          [id],
        ),
    }
  }

  test('410, said at an address that was changed meanwhile, pauses nothing, and the event is told at the new one', async () => {
    const { record, change, read, id } = await anEndpoint()
    await record()
    const claimed = await claim()
    await change({ url: NEW })

    await store().record(claimed, GONE, 0)

    expect(await read()).toMatchObject({ status: 'active', failing_since: null })
    expect(await claim()).toMatchObject({ endpoint_id: id, url: NEW })
  })

  test('failures, of an address that was changed, do not count for the new one', async () => {
    const { record, change, read, failingFor } = await anEndpoint()
    await failingFor('6 days')
    await change({ url: NEW })
    await record()

    await fail(FAILED)
    await fail(FAILED)

    expect(await read()).toMatchObject({ status: 'active' })
  })

  test('one failure, long after the one before, pauses nothing; the same event failing again does', async () => {
    const { record, read, failingFor } = await anEndpoint()
    await failingFor('6 days')
    await record()

    await fail(FAILED)
    const once = await read()
    await fail(FAILED)

    expect(once).toMatchObject({ status: 'active' })
    expect(await read()).toMatchObject({ status: 'paused', paused_reason: 'failing' })
  })

  test('what waits for a paused endpoint, locked by an erasing that is undone while it is resumed, is told', async () => {
    const { organizationId, id, change } = await anEndpoint('paused')
    const contactId = await aContact(url, organizationId, {
      created_at: new Date(Date.now() - 60_000),
    })
    await store().claim(NOBODY)
    const client = new Client({ connectionString: url })
    await client.connect()
    onTestFinished(() => client.end())
    await client.query('begin')
    await client.query('delete from orgline.contacts where id = $1', [contactId])
    await change({ status: 'active' })
    const whileLocked = await store().claim(NOBODY)
    await client.query('rollback')

    expect(whileLocked).toBeNull()
    expect(await claim()).toMatchObject({ endpoint_id: id, event: { type: 'contact.created' } })
  })

  test('an endpoint, failing and no more, has the version that it had', async () => {
    const { read, failingFor } = await anEndpoint()
    const { version } = await read()

    await failingFor('1 hour')

    expect(await read()).toMatchObject({ version, failing_since: expect.any(String) })
  })

  test('operators, who make endpoints at once, have twenty at most', async () => {
    const make = () =>
      endpoints()
        .create(OPERATOR, null, {
          id: randomUUID(),
          url: NEW,
          events: null,
          description: null,
          secret: 'whsec_x',
        })
        .then(
          () => 'made',
          ({ code }: { code: string }) => code,
        )

    const made = await Promise.all(Array.from({ length: 25 }, make))

    expect(made.filter((each) => each === 'made')).toHaveLength(20)
    expect(new Set(made)).toEqual(new Set(['made', 'row_limit_reached']))
  })

  test('endpoints, made and removed again and again, come to an end until they are gone', async () => {
    const organizationId = await anOrganization(url)
    const body = { url: NEW, events: null, description: null, secret: 'whsec_x' }
    const makeAndRemove = async () => {
      const { id } = await endpoints().create(OPERATOR, organizationId, {
        id: randomUUID(),
        ...body,
      })
      await endpoints().delete(OPERATOR, organizationId, id, null)
    }

    for (let n = 0; n < 40; n += 1) await makeAndRemove()

    await expect(makeAndRemove()).rejects.toMatchObject({ code: 'row_limit_reached' })
  })

  test('events of one transaction, more than are replayed at once, are replayed to the last', async () => {
    const { organizationId, id, record } = await anEndpoint()
    await record(10_001)
    const replay = (since: string) =>
      clone.db.rpc(
        'replay_event_deliveries',
        { actor: OPERATOR, organizationId, endpointId: id, since },
        z.object({ count: z.int(), next_since: z.string().nullable() }),
      )

    const first = await replay('2020-01-01T00:00:00Z')
    const rest = await replay(first.next_since ?? '')

    expect([first.count, rest]).toEqual([10_000, { count: 1, next_since: null }])
  })
})
