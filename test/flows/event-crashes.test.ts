import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import type { Database } from '../../src/database/db.ts'
import { createDeliveries } from '../../src/events/deliveries/deliveries.ts'
import { createDeliveryStore } from '../../src/events/deliveries/delivery-store.ts'
import { createPostWebhook } from '../../src/events/deliveries/post-webhook.ts'
import { Background } from '../../src/platform/background.ts'
import { askedAgain, FAILED_TWICE } from '../support/asked-again.ts'
import { answerText, drop, hang } from '../support/carrier-server.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { memoryLog } from '../support/memory-log.ts'
import { createLife } from '../support/mortal.ts'
import { aBusyOrganization, aNumber } from '../support/rows.ts'
import { webhookReceiver } from '../support/webhook-receiver.ts'

const ok = answerText(200, 'ok')
/** Takes it, and says that it did not. */
const lie = answerText(500, 'I have nothing')
const behaviours = {
  ok,
  error: answerText(503, 'away'),
  lie,
  drop,
  hang,
  html: answerText(404, '<p>'),
}
type Name = keyof typeof behaviours

/** A receiver that fails so often ends in the schedule's last pause; this many never do. */
const MOST_FAILURES = 4
/** How long servers wait where receivers hang; elsewhere, as long as it takes. */
const HANG_MS = 1_000
const PATIENCE_MS = 60_000
const SERVER = { leaseMs: 60_000, publicUrl: 'https://line.example.com' }

/** How a server dies: after so many calls to what it works with, with or without the effect of the last. */
interface Death {
  calls: number
  where: 'before' | 'after'
}

describe('effects and events, with servers that die and receivers that fail', () => {
  let url: string
  let db: Database
  let dropDatabase: () => Promise<void>
  beforeAll(async () => {
    ;({ url, db, drop: dropDatabase } = await cloneWithDoor({ timeoutMs: 30_000, poolSize: 10 }))
  })
  afterAll(() => dropDatabase())

  let customers = 0
  const { log } = memoryLog()
  const never = new AbortController().signal

  function aServer(
    timeoutMs: number,
    life: Pick<ReturnType<typeof createLife>, 'mortal'> = { mortal: (it) => it },
  ) {
    const post = createPostWebhook({ timeoutMs, allowLoopback: true })
    return createDeliveries({
      store: life.mortal(createDeliveryStore(db, SERVER)),
      post: life.mortal({ post }).post,
      background: new Background(),
      waitMs: 1,
      log,
    })
  }

  /** A server tells what is due, and dies on the way, or is done before. */
  async function liveAndDie(
    { calls, where }: Death,
    timeoutMs = PATIENCE_MS,
  ): Promise<'died' | 'done'> {
    const life = createLife(calls, where)
    const working = aServer(timeoutMs, life).deliverDue(never)
    return Promise.race([working.then(() => 'done' as const), life.death])
  }

  /** Only time frees what a dead server has claimed, or what failed: this is the time. */
  const passTime = () =>
    sql(url, 'update orgline.event_deliveries set due_at = now() where due_at is not null')

  /** An organization with a line, and an endpoint that answers so, one time after the other, and then well. */
  async function aTenant(names: Name[]) {
    const receiver = await webhookReceiver(...names.map((name) => behaviours[name]), ok)
    const { organizationId, phoneNumberId } = await aBusyOrganization(url)
    const [number] = await sql<{ phone_number: string }>(
      url,
      'select phone_number from orgline.phone_numbers where id = $1',
      [phoneNumberId],
    )
    // What made it busy is not what this is about.
    await sql(url, 'delete from orgline.webhook_endpoints where organization_id = $1', [
      organizationId,
    ])
    await sql(url, 'delete from orgline.events where organization_id = $1', [organizationId])
    await sql(
      url,
      `insert into orgline.webhook_endpoints (organization_id, url, secret) values ($1, $2, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')`,
      [organizationId, receiver.url],
    )
    return { organizationId, number: number?.phone_number ?? '', receiver }
  }

  /** A customer texts: the webhook meets a server that dies, and is repeated to another one. */
  async function text(to: string, death: Death) {
    const args = {
      providerMessageId: `SM${randomBytes(16).toString('hex')}`,
      from: '+16045558701',
      to,
      customer: '+16045558701',
      body: 'Hello',
      media: [],
      segments: 1,
      requestId: 'request',
    }
    const life = createLife(death.calls, death.where)
    const receive = (by: Database) =>
      by.rpc('receive_message', args, z.object({ result: z.string() }))
    await Promise.race([receive(life.mortal(db)), life.death])
    await receive(db)
    await receive(db)
  }

  interface Tenant {
    organizationId: string
    receiver: Awaited<ReturnType<typeof webhookReceiver>>
  }
  async function expectAllReported({ organizationId, receiver }: Tenant, texts: number) {
    const events = await sql<{ id: string; type: string; message: string }>(
      url,
      "select id, type, facts ->> 'id' as message from orgline.events where organization_id = $1",
      [organizationId],
    )
    const messages = await sql<{ id: string }>(
      url,
      "select id from orgline.messages where organization_id = $1 and body = 'Hello'",
      [organizationId],
    )
    const received = events.filter(({ type }) => type === 'message.received')
    expect(messages).toHaveLength(texts)
    expect(received.map(({ message }) => message).toSorted()).toEqual(
      messages.map(({ id }) => id).toSorted(),
    )
    expect(events.filter(({ type }) => type === 'contact.created')).toHaveLength(texts > 0 ? 1 : 0)

    const reported = receiver.events()
    expect(new Set(reported.map(({ id }) => id))).toEqual(new Set(events.map(({ id }) => id)))
    expect(reported.every((event) => event.organization_id === organizationId)).toBe(true)
    const bodies = new Map(
      receiver.requests.map(({ headers, body }) => [headers['webhook-id'], body]),
    )
    for (const { headers, body } of receiver.requests)
      expect(body).toBe(bodies.get(headers['webhook-id']))
  }

  /** Everybody is told to the end, by servers that live. */
  async function finish(timeoutMs = PATIENCE_MS) {
    for (let round = 0; round < 2 * MOST_FAILURES + 2; round += 1) {
      await passTime()
      await aServer(timeoutMs).deliverDue(never)
    }
    const left = await sql(url, "select from orgline.event_deliveries where status = 'pending'")
    expect(left).toEqual([])
  }

  const points = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].flatMap((calls): Death[] => [
    { calls, where: 'before' },
    { calls, where: 'after' },
  ])

  test.each(points)(
    'a server, that dies at its call number $calls, $where its effect, leaves nothing out, and reports nothing of another',
    async (death) => {
      const [one, other] = [await aTenant([]), await aTenant(['error'])]
      await text(one.number, { calls: 1, where: death.where })
      await text(other.number, { calls: 1, where: death.where })

      await liveAndDie(death)
      await finish()

      await expectAllReported(one, 1)
      await expectAllReported(other, 1)
    },
  )

  test('the calls at which servers die here, are all that they make for two events', async () => {
    const { number } = await aTenant([])
    await text(number, { calls: 9, where: 'before' })

    expect(await liveAndDie({ calls: 13, where: 'before' })).toBe('done')
    await finish()
  })

  const kinds = ['call', 'text'] as const
  const deaths = kinds.flatMap((kind) =>
    FAILED_TWICE[kind].steps.flatMap((step, index) =>
      (['before', 'after'] as const).map((where) => ({ kind, step, index, where })),
    ),
  )

  test.each(deaths)(
    'a server, that dies $where the effect of step $index of a $kind that is asked for again ($step), leaves no event out and reports none twice',
    async ({ kind, index, where }) => {
      const { organizationId, number, receiver } = await aTenant(['error'])
      const customer = `+1604555${String(++customers).padStart(4, '0')}`
      const side = { id: organizationId, line: number }
      const { id, act, events } = await askedAgain(url, kind, side, customer)
      for (const [at, step] of FAILED_TWICE[kind].steps.entries()) {
        if (at === index) {
          const life = createLife(1, where)
          await Promise.race([act(step, life.mortal(db)), life.death])
          await liveAndDie({ calls: 2, where })
        }
        await act(step, db)
      }

      await finish()

      const { events: expected } = FAILED_TWICE[kind]
      expect(await events()).toEqual(expected)
      const reported = receiver.events().filter(({ data }) => data.id === id)
      const types = new Map(reported.map((event) => [event.id, event.type]))
      expect([...types.values()].toSorted()).toEqual([...expected].toSorted())
    },
  )

  test('effects, in any order with deaths of several servers and failures of receivers, each have one event that is reported', async () => {
    const death = fc.record({
      calls: fc.integer({ min: 1, max: 12 }),
      where: fc.constantFrom('before' as const, 'after' as const),
    })
    const step = fc.oneof(
      fc.record({ text: fc.nat(1), death }),
      fc.record({ servers: fc.array(death, { minLength: 1, maxLength: 3 }) }),
      fc.constant('time' as const),
    )
    const failing = fc.array(fc.constantFrom(...(Object.keys(behaviours) as Name[])), {
      maxLength: MOST_FAILURES,
    })

    await fc.assert(
      fc.asyncProperty(
        failing,
        failing,
        fc.array(step, { minLength: 3, maxLength: 10 }),
        async (first, second, steps) => {
          const tenants = [await aTenant(first), await aTenant(second)]
          const texts = [0, 0]
          for (const each of steps) {
            if (each === 'time') await passTime()
            else if ('servers' in each) {
              await Promise.all(each.servers.map((death) => liveAndDie(death, HANG_MS)))
            } else {
              texts[each.text] = (texts[each.text] ?? 0) + 1
              await text(tenants[each.text]?.number ?? '', { ...each.death, calls: 1 })
            }
          }
          await finish(HANG_MS)
          for (const [index, tenant] of tenants.entries())
            await expectAllReported(tenant, texts[index] ?? 0)
        },
      ),
      { numRuns: 12 },
    )
  })

  test('a transaction, that is rolled back, leaves neither effect nor event', async () => {
    const { organizationId, number } = await aTenant([])

    await sql(
      url,
      `do $$ begin
         perform public.receive_message('SMrolledback', '${aNumber()}', '${number}', '${aNumber()}', 'Hello', '[]', 1, 'request');
         raise exception 'the server went away';
       end $$`,
    ).catch(() => {})

    expect(
      await sql(url, 'select from orgline.events where organization_id = $1', [organizationId]),
    ).toEqual([])
  })

  test('a receiver that hangs, and one that is quick, are told side by side', async () => {
    const [slow, quick] = [await aTenant([]), await aTenant([])]
    const stuck = await webhookReceiver(hang)
    await sql(url, 'update orgline.webhook_endpoints set url = $2 where organization_id = $1', [
      slow.organizationId,
      stuck.url,
    ])
    for (let n = 0; n < 20; n += 1) await text(slow.number, { calls: 9, where: 'before' })
    await text(quick.number, { calls: 9, where: 'before' })
    const post = createPostWebhook({ timeoutMs: PATIENCE_MS, allowLoopback: true })
    const deliveries = createDeliveries({
      store: createDeliveryStore(db, SERVER),
      post,
      background: new Background(),
      waitMs: 1,
      log,
    })
    const stopping = new AbortController()
    onTestFinished(() => stopping.abort())

    const running = deliveries.deliverDue(stopping.signal)
    await expect.poll(() => quick.receiver.events().length).toBe(2)
    const atOnce = stuck.requests.length
    stopping.abort()
    await running

    expect(atOnce).toBeLessThanOrEqual(4)
    await sql(url, 'delete from orgline.webhook_endpoints where organization_id = $1', [
      slow.organizationId,
    ])
  })
})
