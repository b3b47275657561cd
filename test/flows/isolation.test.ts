import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { VoiceAgents } from '../../src/carriers/ports/voice-agents.ts'
import type { Context } from '../../src/server/context.ts'
import { followStream } from '../support/event-stream.ts'
import { anEndpoint, deliverDue } from '../support/events.ts'
import { aCallRequest } from '../support/outbound.ts'
import { aConversation, aFailure, postCall } from '../support/post-call.ts'
import { bytesAt, callsOf } from '../support/recordings.ts'
import { ADMIN, request, signUp } from '../support/requests.ts'
import { aCall, askInitiation, aText, SMS_PATH, twilioPost } from '../support/signed.ts'
import { contextWith, lost, withoutIds } from '../support/voice-agents.ts'
import { webhookReceiver } from '../support/webhook-receiver.ts'
import { INIT_SECRET, startWorld, type World } from '../support/world.ts'

const SCHEDULES = 300
/** Schedules that are played side by side. */
const AT_ONCE = 6
const MINUTE = 60
const EVENTS = ['message.received', 'call.ended']

/** One dealership of the two that share every customer here. */
interface Dealer {
  id: string
  name: string
  number: string
}

type Side = 0 | 1

/**
 * What can happen between one customer and one dealership: a text, a call, a call on the line that
 * changed hands of which only the end is told, or a call to the customer.
 */
type Happening =
  | { kind: 'text' | 'call' | 'late'; dealer: Side }
  | { kind: 'dial'; dealer: Side; answer: 'ids' | 'none' | 'lost'; end: 'talk' | 'failure' }

const dealer = fc.constantFrom<Side>(0, 1)
const happenings = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constantFrom('text' as const, 'call' as const, 'late' as const), dealer }),
    fc.record({
      kind: fc.constant('dial' as const),
      dealer,
      answer: fc.constantFrom('ids' as const, 'none' as const, 'lost' as const),
      end: fc.constantFrom('talk' as const, 'failure' as const),
    }),
  ),
  { minLength: 2, maxLength: 5 },
)

/** A happening in its schedule: told in its own words, each later than the one before. */
type Event = Happening & { words: string; startedAt: number }

describe('two organizations that share a customer', () => {
  let world: World
  let context: Context
  let dealers: [Dealer, Dealer]
  /** Held by the first until 40 minutes ago, and by the second since 39. */
  let handedOver: string
  let customers = 0
  const now = Math.floor(Date.now() / 1_000)
  const answers = new Map<string, VoiceAgents['dial']>()
  const dialled: string[] = []
  beforeAll(async () => {
    world = await startWorld({ settings: { LOG_LEVEL: 'error' } })
    context = contextWith(world, {
      dial: (call) => {
        dialled.push(call.callId)
        return answers.get(call.callId)?.(call) ?? lost()
      },
    })
    const [a, b] = [await signUp(world), await signUp(world)]
    const c = await signUp(world)
    dealers = [a, b].map(({ organization }) => ({
      id: organization.id,
      name: organization.name,
      number: organization.phoneNumber,
    })) as [Dealer, Dealer]
    handedOver = c.organization.phoneNumber
    await world.sql("update organization_phone_numbers set assigned_at = now() - interval '1 day'")
    await world.sql(
      `update organization_phone_numbers set is_active = false, ended_at = now() - interval '20 hours'
       where organization_id = $1`,
      [c.organization.id],
    )
    await world.sql(
      `insert into organization_phone_numbers (organization_id, phone_number_id, assigned_at, ended_at)
       select h.organization_id, p.id, to_timestamp(h.assigned_at), to_timestamp(h.ended_at)
       from phone_numbers p, (values ($2::uuid, $3::bigint, $4::bigint), ($5, $6, null))
         as h(organization_id, assigned_at, ended_at)
       where p.phone_number = $1`,
      [
        handedOver,
        ...[dealers[0].id, now - 600 * MINUTE, now - 40 * MINUTE],
        ...[dealers[1].id, now - 39 * MINUTE],
      ],
    )
  })
  afterAll(() => world.stop())

  test('each hears its own name, its own name of the customer, its newest summary and its words only, whatever the order, repeats and delays of events', async () => {
    const schedule = fc.record({ happened: happenings, chance: fc.infiniteStream(fc.nat()) })
    const receivers = [await aReceiver(0), await aReceiver(1)] as const
    const streams = [await aStream(0), await aStream(1)] as const
    const together = fc.array(schedule, { minLength: AT_ONCE, maxLength: AT_ONCE })
    await fc.assert(
      fc.asyncProperty(together, async (schedules) => {
        await Promise.all(schedules.map(play))
      }),
      { numRuns: SCHEDULES / AT_ONCE },
    )

    expect(dialled.toSorted()).toEqual([...answers.keys()].toSorted())
    const strayed = await world.sql(
      `select c.id from calls c where c.organization_id <> $1 and c.transcript::text like '%d0-%'
          or c.organization_id <> $2 and c.transcript::text like '%d1-%'`,
      dealers.map(({ id }) => id),
    )
    expect(strayed).toEqual([])
    await deliverDue(world)
    await expectOwnEvents(0, receivers[0])
    await expectOwnEvents(1, receivers[1])
    await expectOwnStream(0, streams[0])
    await expectOwnStream(1, streams[1])
    await expectOwnRecordings(0)
    await expectOwnRecordings(1)
  }, 1_800_000)

  test('each has its callers handed over to its own person, by its own agent, whichever agent asks for which call', async () => {
    const sides = await Promise.all(
      dealers.map(async (at, side) => {
        const [agentId, person] = [`agent_of_${side}_${randomUUID()}`, `+1604555969${side}`]
        await world.sql(
          `insert into agents (organization_id, request_id, name, status, elevenlabs_agent_id)
           values ($1, gen_random_uuid(), 'Jack', 'active', $2)`,
          [at.id, agentId],
        )
        await world.sql(
          "update organizations set settings = settings || jsonb_build_object('transfer_to', $2::text) where id = $1",
          [at.id, person],
        )
        const [call] = await world.sql<{ id: string }>(
          `insert into calls (organization_id, organization_phone_number_id, direction, provider_call_id, agent_id,
             from_number, to_number, status)
           select h.organization_id, h.id, 'inbound', 'CA' || replace(gen_random_uuid()::text, '-', ''), $2,
             '+16045559699', $3, 'in-progress'
           from organization_phone_numbers h where h.organization_id = $1 and h.is_active limit 1 returning id`,
          [at.id, agentId, at.number],
        )
        return { agentId, person, callId: call?.id ?? '' }
      }),
    )
    const [one, other] = sides as [(typeof sides)[0], (typeof sides)[0]]
    const ask = async (agentId: string, callId: string) => {
      const path = `/api/webhooks/elevenlabs/agents/${agentId}/transfer`
      const headers = { 'x-orgline-secret': INIT_SECRET }
      return (await request(world.origin, 'POST', path, { headers, body: { call_id: callId } }))
        .status
    }

    const crossed = [await ask(one.agentId, other.callId), await ask(other.agentId, one.callId)]
    const own = [await ask(one.agentId, one.callId), await ask(other.agentId, other.callId)]

    expect([crossed, own]).toEqual([
      [404, 404],
      [200, 200],
    ])
    expect(
      await world.sql(
        'select id, forwarded_to from calls where id = any ($1) order by forwarded_to',
        [sides.map(({ callId }) => callId)],
      ),
    ).toEqual(sides.map(({ callId, person }) => ({ id: callId, forwarded_to: person })))
  })

  type Receiver = Awaited<ReturnType<typeof webhookReceiver>>

  /** Whoever is told what happens at a dealership. */
  async function aReceiver(side: Side): Promise<Receiver> {
    const receiver = await webhookReceiver()
    const base = `/api/organizations/${dealers[side].id}/webhook-endpoints`
    await anEndpoint(world, base, receiver.url, EVENTS)
    return receiver
  }

  type Stream = Awaited<ReturnType<typeof followStream>>

  /** Whoever reads the stream of what happens at a dealership, from now on. */
  async function aStream(side: Side): Promise<Stream> {
    const path = `/api/organizations/${dealers[side].id}/events`
    const stream = await followStream(`${world.origin}${path}`, { token: ADMIN })
    await expect.poll(() => stream.state.lastId).not.toBe('')
    return stream
  }

  /** All that is kept of the dealership, once and in order, and nothing of the other. */
  async function expectOwnStream(side: Side, { state }: Stream) {
    const rows = await world.sql<{ id: string }>(
      `select e.id from events e where e.organization_id = $1 and e.type = any ($2) order by e.xid, e.position`,
      [dealers[side].id, EVENTS],
    )
    const kept = new Set(rows.map(({ id }) => id))
    // A call that turns out to be another one was streamed, and is not kept.
    const read = () => state.events.map(({ data }) => data.id as string)
    await expect
      .poll(async () => {
        await world.context.events.streams.tick(new AbortController().signal)
        return read().filter((id) => kept.has(id)).length
      })
      .toBe(kept.size)
    expect(read().filter((id) => kept.has(id))).toEqual(rows.map(({ id }) => id))
    expect(new Set(read()).size).toBe(read().length)
    for (const { data } of state.events) {
      expect(data.organization_id).toBe(dealers[side].id)
      expect(JSON.stringify(data)).not.toMatch(
        new RegExp(`d${side === 0 ? 1 : 0}-(text|call|late|dial)-`),
      )
    }
  }

  /** Of each text and each end of a call one event, and nothing of the other dealership. */
  async function expectOwnEvents(side: Side, receiver: Receiver) {
    const events = await world.sql<{ id: string; about: string }>(
      `select e.id, e.type || ' ' || (e.facts ->> 'id') as about from events e
       where e.organization_id = $1 and e.type = any ($2)`,
      [dealers[side].id, EVENTS],
    )
    const happened = await world.sql<{ about: string }>(
      `select 'message.received ' || m.id as about from messages m where m.organization_id = $1 and m.direction = 'inbound'
       union all
       select 'call.ended ' || c.id from calls c where c.organization_id = $1 and c.status = 'completed'`,
      [dealers[side].id],
    )
    expect(happened.length).toBeGreaterThan(SCHEDULES / 2)
    expect(events.map(({ about }) => about).toSorted()).toEqual(
      happened.map(({ about }) => about).toSorted(),
    )
    const reported = receiver.events()
    expect(new Set(reported.map(({ id }) => id))).toEqual(new Set(events.map(({ id }) => id)))
    for (const body of receiver.requests.map((each) => each.body)) {
      expect(body).not.toMatch(new RegExp(`d${side === 0 ? 1 : 0}-(text|call|late|dial)-`))
      expect(body).not.toContain(dealers[side === 0 ? 1 : 0].id)
    }
  }

  /** What was recorded of a dealership's calls is nobody else's. */
  async function expectOwnRecordings(side: Side) {
    const [own, other] = [dealers[side], dealers[side === 0 ? 1 : 0]]
    const recorded = await callsOf(world, own, '?status=completed')
    expect(recorded.length).toBeGreaterThan(0)
    for (const { recording_url } of recorded.slice(0, 10)) {
      expect(recording_url).toContain(own.id)
      expect(await bytesAt(world, recording_url.replace(own.id, other.id))).toMatchObject({
        status: 404,
        code: 'call_not_found',
      })
    }
  }

  /** One schedule, with a customer of its own. */
  async function play(schedule: { happened: Happening[]; chance: fc.Stream<number> }) {
    const n = customers++
    const customer = `+1604${String(5_560_000 + n)}`
    const events = schedule.happened.map((each, index) => asEvent(each, n, index))
    const deliveries: (() => Promise<unknown>)[] = []
    for (const event of events) deliveries.push(...(await deliveriesOf(event, customer)))

    await deliverAtRandom([...deliveries, ...deliveries], schedule.chance)
    await world.context.events.streams.tick(new AbortController().signal)

    for (const side of [0, 1] as const) {
      expectOwn(side, events, await variablesAt(dealers[side], customer))
    }
  }

  /** Nothing of the other dealership, and everything of the own. */
  function expectOwn(side: Side, events: Event[], heard: Record<string, string>) {
    const mine = events.filter((event) => event.dealer === side)
    const talks = mine.filter(
      (event) => event.kind !== 'text' && (event.kind !== 'dial' || event.end === 'talk'),
    )
    const newest = talks.toSorted((a, b) => b.startedAt - a.startedAt)[0]
    const all = JSON.stringify(heard)
    expect(heard.organization_name).toBe(dealers[side].name)
    expect(heard.organization_id).toBe(dealers[side].id)
    expect(heard.customer_name).toBe(
      mine.some(({ kind }) => kind === 'dial') ? nameAt(side) : 'Unknown',
    )
    expect(heard.previous_summary).toBe(newest ? `They said ${newest.words}` : 'First conversation')
    expect(heard.lead_status).toBe(
      talks.length > 0
        ? 'Returning Customer'
        : mine.some(({ kind }) => kind === 'text')
          ? 'Active Lead'
          : 'New Inquiry',
    )
    for (const event of events.filter((each) => each.dealer !== side)) {
      expect(all).not.toContain(event.words)
    }
    expect(all).not.toContain(dealers[side === 0 ? 1 : 0].name)
    expect(all).not.toContain(nameAt(side === 0 ? 1 : 0))
    for (const event of mine.filter((each) => each.kind === 'text' || talks.includes(each))) {
      expect(heard.conversation_context).toContain(event.words)
    }
  }

  /** How a dealership calls every customer. */
  const nameAt = (side: Side) => `Known to d${side}`

  /** Late calls of the first dealership began while the line was its own, all others since. */
  function asEvent(happening: Happening, n: number, index: number): Event {
    const isOld = happening.kind === 'late' && happening.dealer === 0
    return {
      ...happening,
      words: `d${happening.dealer}-${happening.kind}-${n}-${index}.`,
      startedAt: now - (isOld ? 50 : 30) * MINUTE + index * MINUTE,
    }
  }

  /** The webhooks of an event, in the order in which they would best arrive. */
  async function deliveriesOf(event: Event, customer: string): Promise<(() => Promise<unknown>)[]> {
    const { number } = dealers[event.dealer]
    if (event.kind === 'text') {
      const text = aText(number, { From: customer, Body: event.words })
      return [() => twilioPost(world, SMS_PATH, text)]
    }
    if (event.kind === 'dial') return deliveriesOfDial(event, customer)
    if (event.kind === 'late') {
      const end = endOf(event, { agent_number: handedOver, external_number: customer })
      return [() => postCall(world, end)]
    }
    const call = aCall(number, { caller_id: customer })
    const phone = { agent_number: number, external_number: customer, call_sid: call.call_sid }
    const end = endOf(event, phone)
    return [() => askInitiation(world, call), () => postCall(world, end)]
  }

  /** Dials, which happens before anything can be told of it; the request is repeated later. */
  async function deliveriesOfDial(
    event: Event & { kind: 'dial' },
    customer: string,
  ): Promise<(() => Promise<unknown>)[]> {
    const { id: organizationId, number } = dealers[event.dealer]
    const [id, conversationId] = [randomUUID(), `conv_${randomUUID()}`]
    const ids = { result: 'dialing', conversationId, providerCallId: null } as const
    answers.set(id, { ids: async () => ids, none: withoutIds, lost }[event.answer])
    const dial = () =>
      context.calls.placeCall(
        aCallRequest({ id, organizationId, to: customer, customerName: nameAt(event.dealer) }),
      )
    const phone = { direction: 'outbound', agent_number: number, external_number: customer }
    const reported =
      event.end === 'talk'
        ? endOf(event, phone, { conversation_id: conversationId, user_id: id })
        : aFailure(
            world.config.elevenLabs.agentId,
            { from: number, to: customer },
            { conversationId },
          )
    await dial()
    return [dial, () => postCall(world, reported)]
  }

  const endOf = (event: Event, phone: Record<string, unknown>, more: object = {}) =>
    aConversation({
      phone,
      metadata: { start_time_unix_secs: event.startedAt },
      transcript: [{ role: 'user', message: event.words }],
      summary: `They said ${event.words}`,
      ...more,
    })

  async function variablesAt(at: Dealer, customer: string): Promise<Record<string, string>> {
    const { body } = await askInitiation(world, aCall(at.number, { caller_id: customer }))
    return body.dynamic_variables
  }
})

/** Delivers everything in an order, and with overlaps, that `chance` decides. */
async function deliverAtRandom(
  deliveries: (() => Promise<unknown>)[],
  chance: fc.Stream<number>,
): Promise<void> {
  const under: Promise<unknown>[] = []
  while (deliveries.length > 0) {
    const [at = 0, wait = 0] = [...chance.take(2)]
    const [next] = deliveries.splice(at % deliveries.length, 1)
    if (next) under.push(next())
    if (wait % 2 === 0) await Promise.all(under.splice(0))
  }
  await Promise.all(under)
}
