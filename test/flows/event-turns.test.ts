import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createRetention } from '../../src/database/retention.ts'
import { createDeliveries } from '../../src/events/deliveries/deliveries.ts'
import {
  createDeliveryStore,
  type DeliveryStore,
} from '../../src/events/deliveries/delivery-store.ts'
import { createPostWebhook } from '../../src/events/deliveries/post-webhook.ts'
import { Background } from '../../src/platform/background.ts'
import { OPERATOR } from '../support/actors.ts'
import { answerText, hang } from '../support/carrier-server.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { memoryLog } from '../support/memory-log.ts'
import { anOrganization } from '../support/rows.ts'
import { webhookReceiver } from '../support/webhook-receiver.ts'

const SERVER = { leaseMs: 60_000, publicUrl: 'https://line.example.com' }
const never = new AbortController().signal
const RECORD = `select private.record_event('message.received', $1, null, false,
  jsonb_build_object('id', gen_random_uuid(), 'direction', 'inbound', 'status', 'received', 'from', '+16045550123',
    'to', '+16041234567', 'contact_id', null, 'lead_id', null, 'body', 'Hello', 'media_count', 0, 'keyword', null,
    'failure_reason', null, 'sent_at', now()))`

describe('whose turn it is to be told', () => {
  let url: string
  let clone: Awaited<ReturnType<typeof cloneWithDoor>>
  beforeAll(async () => {
    clone = await cloneWithDoor({ timeoutMs: 30_000, poolSize: 10 })
    url = clone.url
  })
  afterAll(() => clone.drop())

  function aServer(store: DeliveryStore = createDeliveryStore(clone.db, SERVER)) {
    return createDeliveries({
      store,
      post: createPostWebhook({ timeoutMs: 60_000, allowLoopback: true }),
      background: new Background(),
      waitMs: 1,
      log: memoryLog().log,
    })
  }
  const record = (organizationId: string) => sql(url, RECORD, [organizationId])

  async function anEndpoint(organizationId: string, receiver: { url: string }): Promise<string> {
    const [made] = await sql<{ id: string }>(
      url,
      `insert into orgline.webhook_endpoints (organization_id, url, secret)
       values ($1, $2, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw') returning id`,
      [organizationId, receiver.url],
    )
    return made?.id ?? ''
  }
  async function aTransaction(): Promise<Client> {
    const client = new Client({ connectionString: url })
    await client.connect()
    onTestFinished(() => client.end())
    await client.query('begin')
    return client
  }
  const setStatus = (id: string, status: string) =>
    sql(
      url,
      `update orgline.webhook_endpoints set status = $2, is_switched = true, paused_reason = case $2 when 'paused' then 'requested' end where id = $1`,
      [id, status],
    )

  test('an event, recorded while its endpoint is resumed and committed after that, is told', async () => {
    const receiver = await webhookReceiver(answerText(200, 'ok'))
    const organizationId = await anOrganization(url)
    const id = await anEndpoint(organizationId, receiver)
    await setStatus(id, 'paused')
    const client = await aTransaction()
    await client.query(RECORD, [organizationId])

    await aServer().deliverDue(never)
    await setStatus(id, 'active')
    await aServer().deliverDue(never)
    await client.query('commit')
    await aServer().deliverDue(never)

    expect(receiver.requests).toHaveLength(1)
  })

  test('more than a thousand events, recorded while their endpoint is paused, are told once it is resumed', async () => {
    const receiver = await webhookReceiver(answerText(200, 'ok'))
    const organizationId = await anOrganization(url)
    const id = await anEndpoint(organizationId, receiver)
    await setStatus(id, 'paused')
    await sql(url, `${RECORD} from generate_series(1, 1100)`, [organizationId])
    await aServer().deliverDue(never)
    await aServer().deliverDue(never)
    const whilePaused = receiver.requests.length

    await setStatus(id, 'active')
    await aServer().deliverDue(never)

    expect(whilePaused).toBe(0)
    expect(new Set(receiver.events().map((event) => event.id)).size).toBe(1100)
  })

  test('an organization, with many endpoints that hang, leaves room for others', async () => {
    const [stuck, quick] = [await webhookReceiver(hang), await webhookReceiver()]
    const [slow, other] = [await anOrganization(url), await anOrganization(url)]
    for (let n = 0; n < 16; n += 1) await anEndpoint(slow, stuck)
    for (let n = 0; n < 4; n += 1) await record(slow)
    await anEndpoint(other, quick)
    await record(other)
    const stopping = new AbortController()
    onTestFinished(() => stopping.abort())

    const running = aServer().deliverDue(stopping.signal)
    await expect.poll(() => quick.requests.length).toBe(1)
    await expect.poll(() => stuck.requests.length).toBe(8)
    stopping.abort()
    await running

    expect(stuck.requests).toHaveLength(8)
    await sql(url, 'update orgline.event_deliveries set due_at = null, is_due = false where true')
    await sql(url, "update orgline.event_deliveries set status = 'failed' where status = 'pending'")
  })

  test('an endpoint, changed and removed while an effect is under way, waits for nothing, and the effect succeeds', async () => {
    const receiver = await webhookReceiver()
    const organizationId = await anOrganization(url)
    const id = await anEndpoint(organizationId, receiver)
    const client = await aTransaction()
    await client.query(RECORD, [organizationId])

    await sql(url, 'select public.change_webhook_endpoint($1, $2, $3, $4)', [
      OPERATOR,
      organizationId,
      id,
      { status: 'paused' },
    ])
    await sql(url, 'select public.delete_webhook_endpoint($1, $2, $3)', [
      OPERATOR,
      organizationId,
      id,
    ])
    await client.query(RECORD, [organizationId])
    await client.query('commit')
    await aServer().deliverDue(never)

    const [left] = await sql(
      url,
      'select secret, status from orgline.webhook_endpoints where id = $1',
      [id],
    )
    expect(left).toEqual({ secret: '', status: 'deleted' })
    expect(receiver.requests).toEqual([])
  })

  test('an event, taken by its receiver while that cannot be recorded, is told again and never counts as failed', async () => {
    const receiver = await webhookReceiver()
    const organizationId = await anOrganization(url)
    const id = await anEndpoint(organizationId, receiver)
    await record(organizationId)
    const store = createDeliveryStore(clone.db, SERVER)
    const recorded: string[] = []
    const failing = aServer({
      ...store,
      async record(_item, { result }) {
        recorded.push(result)
        throw new Error('the database hangs up')
      },
    })

    await failing.deliverDue(never)
    await sql(url, 'update orgline.event_deliveries set due_at = now() where due_at is not null')
    await aServer().deliverDue(never)

    expect(recorded).toEqual(['delivered'])
    const deliveries = await sql(
      url,
      'select status, attempts from orgline.event_deliveries where endpoint_id = $1',
      [id],
    )
    expect(deliveries).toEqual([{ status: 'delivered', attempts: 1 }])
    expect(receiver.requests).toHaveLength(2)
  })

  test('an endpoint, removed, is told nothing, and goes with its deliveries when retention has its turn', async () => {
    const receiver = await webhookReceiver()
    const organizationId = await anOrganization(url)
    const id = await anEndpoint(organizationId, receiver)
    await sql(url, `${RECORD} from generate_series(1, 1100)`, [organizationId])
    await sql(
      url,
      "update orgline.webhook_endpoints set status = 'deleted', is_switched = true, secret = '', updated_at = now() - interval '2 hours' where id = $1",
      [id],
    )
    await record(organizationId)
    await aServer().deliverDue(never)

    await createRetention(clone.db, { auditDays: 400, contentDays: 0 })(never, {})

    const left = await sql(url, 'select from orgline.event_deliveries where endpoint_id = $1', [id])
    const endpoints = await sql(url, 'select from orgline.webhook_endpoints where id = $1', [id])
    expect(receiver.requests).toEqual([])
    expect([left, endpoints]).toEqual([[], []])
  })
})
