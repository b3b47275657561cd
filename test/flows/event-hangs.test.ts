import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createDeliveries } from '../../src/events/deliveries/deliveries.ts'
import { createDeliveryStore } from '../../src/events/deliveries/delivery-store.ts'
import { createPostWebhook } from '../../src/events/deliveries/post-webhook.ts'
import { Background } from '../../src/platform/background.ts'
import { hang } from '../support/carrier-server.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { aListenerOf, recordEvents } from '../support/event-rows.ts'
import { memoryLog } from '../support/memory-log.ts'
import { anOrganization } from '../support/rows.ts'
import { webhookReceiver } from '../support/webhook-receiver.ts'

/** With four events each, more than there are places for all organizations together. */
const ORGANIZATIONS = 20

describe('receivers of many organizations, that hang', () => {
  let clone: Awaited<ReturnType<typeof cloneWithDoor>>
  beforeAll(async () => {
    clone = await cloneWithDoor({ timeoutMs: 30_000, poolSize: 10 })
  })
  afterAll(() => clone.drop())

  /** Tells what is due until the test is over; nobody waits for what hangs. */
  function begin() {
    const stopping = new AbortController()
    const running: Promise<unknown>[] = []
    onTestFinished(async () => {
      stopping.abort()
      await Promise.all(running)
    })
    const { deliverDue } = createDeliveries({
      store: createDeliveryStore(clone.db, {
        leaseMs: 60_000,
        publicUrl: 'https://line.example.com',
      }),
      post: createPostWebhook({ timeoutMs: 60_000, allowLoopback: true }),
      background: new Background(),
      waitMs: 1,
      log: memoryLog().log,
    })
    const again = () => void running.push(deliverDue(stopping.signal))
    again()
    return { again }
  }
  type Receiver = Awaited<ReturnType<typeof webhookReceiver>>

  async function aListener(receiver: Receiver, events: number): Promise<string> {
    const organizationId = await anOrganization(clone.url)
    const endpointId = await aListenerOf(clone.url, organizationId, receiver.url)
    await recordEvents(clone.url, organizationId, events)
    return endpointId
  }

  test('at one host, leave room for an organization whose receiver is quick', async () => {
    const [stuck, quick] = [await webhookReceiver(hang), await webhookReceiver()]
    for (let n = 0; n < ORGANIZATIONS; n += 1) await aListener(stuck, 4)
    const { again } = begin()
    await expect.poll(() => stuck.requests.length).toBe(8)

    await aListener(quick, 4)
    again()

    await expect.poll(() => quick.requests.length).toBe(4)
    expect(stuck.requests).toHaveLength(8)
    await sql(clone.url, "update orgline.webhook_endpoints set status = 'deleted' where true")
  })

  test('at hosts of their own, once they have failed, leave room for one whose receiver is quick', async () => {
    const stuck = await Promise.all(
      Array.from({ length: ORGANIZATIONS }, () => webhookReceiver(hang)),
    )
    const quick = await webhookReceiver()
    for (const each of stuck) {
      const endpointId = await aListener(each, 4)
      await sql(
        clone.url,
        'update orgline.webhook_endpoints set failing_since = now() where id = $1',
        [endpointId],
      )
    }
    const asked = () => stuck.reduce((sum, { requests }) => sum + requests.length, 0)
    const { again } = begin()
    await expect.poll(asked).toBe(32)

    await aListener(quick, 4)
    again()

    await expect.poll(() => quick.requests.length).toBe(4)
    expect(asked()).toBe(32)
  })
})
