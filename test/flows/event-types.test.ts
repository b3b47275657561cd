import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ReportedType } from '../../src/events/event.ts'
import { payloadSchema } from '../../src/events/payload.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { aConversation, postCall } from '../support/post-call.ts'
import { aLine, endQuarantine, releaseDue, rowOf } from '../support/quarantine.ts'
import { ADMIN, control, request, signUp } from '../support/requests.ts'
import { aCall as aCallRow, aMessage, aNumber } from '../support/rows.ts'
import { aCall, askInitiation, aText, SMS_PATH, twilioPost } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

interface Event {
  type: ReportedType
  is_late: boolean
  contact_id: string | null
  // biome-ignore lint/suspicious/noExplicitAny: each type has its own
  facts: any
}

describe('what happens', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  /** The events of an organization, in the order in which they were recorded; each can be told. */
  async function eventsOf(organizationId: string, kind = '%'): Promise<Event[]> {
    const events = await world.sql<Event & { id: string; organization_id: string }>(
      `select * from events where organization_id = $1 and type like $2 order by position`,
      [organizationId, kind],
    )
    for (const { type, facts } of events)
      expect(payloadSchema(type).shape.data.safeParse(facts).success, type).toBe(true)
    return events
  }
  const typesOf = async (organizationId: string, kind = '%') =>
    (await eventsOf(organizationId, kind)).map(({ type }) => type)

  async function anOrganization() {
    const { organization, token } = await signUp(world)
    const id = organization.id as string
    const [holding] = await world.sql<{ id: string }>(
      'select id from organization_phone_numbers where organization_id = $1',
      [id],
    )
    return {
      id,
      token,
      number: organization.phoneNumber as string,
      holdingId: holding?.id ?? '',
      path: `/api/organizations/${id}`,
    }
  }
  const heldForHours = (organizationId: string) =>
    world.sql(
      `with held as (
         update organization_phone_numbers set assigned_at = now() - interval '2 hours'
         where organization_id = $1 returning phone_number_id)
       update phone_numbers p set bought_at = now() - interval '3 hours' from held where p.id = held.phone_number_id`,
      [organizationId],
    )
  type Organization = Awaited<ReturnType<typeof anOrganization>>
  const status = (sid: string, to: string, messageStatus: string) =>
    twilioPost(world, '/api/webhooks/twilio/message-status', {
      ...aText(to),
      MessageSid: sid,
      SmsSid: sid,
      MessageStatus: messageStatus,
    })
  const aSentText = async ({ id, holdingId, number }: Organization) => {
    const [{ MessageSid: sid }, to] = [aText(number), aNumber()]
    await aMessage(
      world.database.url,
      { organizationId: id, holdingId, contactId: null },
      { direction: 'outbound', status: 'queued', provider_message_id: sid, to_number: to },
    )
    return (messageStatus: string) => status(String(sid), to, messageStatus)
  }

  test('a text, that comes twice, is one event, and its sender another', async () => {
    const { id, number } = await anOrganization()
    const text = aText(number, { From: '+16045558801' })

    await twilioPost(world, SMS_PATH, text)
    await twilioPost(world, SMS_PATH, text)

    const [created, received] = await eventsOf(id, '%e%ed')
    expect(await typesOf(id)).toEqual([
      'organization.created',
      'number.ready',
      'contact.created',
      'message.received',
    ])
    expect(created?.type).toBe('organization.created')
    expect(received).toBeDefined()
  })

  test.each([
    [
      'one after the other',
      ['queued', 'sent', 'sent', 'delivered', 'delivered'],
      ['message.sent', 'message.delivered'],
    ],
    ['the last one first', ['delivered', 'sent'], ['message.delivered']],
    ['of a failure, twice', ['failed', 'undelivered', 'failed'], ['message.failed']],
    [
      'undelivered, and delivered after all',
      ['sent', 'undelivered', 'delivered'],
      ['message.sent', 'message.failed', 'message.delivered'],
    ],
  ])('statuses of a text, %s, are an event for each that is new', async (_, statuses, expected) => {
    const organization = await anOrganization()
    const report = await aSentText(organization)

    for (const each of statuses) await report(each)

    expect(await typesOf(organization.id, 'message.%')).toEqual(expected)
  })

  test('a text, caught up an hour after it was sent, is late', async () => {
    const { id, number } = await anOrganization()
    await heldForHours(id)

    await world.sql(
      `select public.receive_message('SMlate', '+16045558802', $1, '+16045558802', 'Hello', '[]', 1, null, null, now() - interval '1 hour')`,
      [number],
    )

    expect(await eventsOf(id, 'message.%')).toMatchObject([
      { type: 'message.received', is_late: true },
    ])
  })

  test('STOP, said twice, and START are an event each', async () => {
    const { id, number } = await anOrganization()
    for (const Body of ['STOP', 'STOP', 'START']) {
      await twilioPost(world, SMS_PATH, aText(number, { From: '+16045558803', Body }))
    }

    const events = await eventsOf(id, 'opt_out.%')

    expect(events.map(({ facts }) => facts)).toMatchObject([
      { phone_number: '+16045558803', opted_out: true, our_number: number },
      { phone_number: '+16045558803', opted_out: false },
    ])
    expect(events.every(({ contact_id }) => contact_id !== null)).toBe(true)
  })

  test('an inbound call, and its report that comes twice, are a start and an end', async () => {
    const { id, number } = await anOrganization()
    const call = aCall(number)
    await askInitiation(world, call)
    await askInitiation(world, call)
    const report = aConversation({
      agent_id: call.agent_id,
      phone: { agent_number: number, external_number: call.caller_id, call_sid: call.call_sid },
    })

    await postCall(world, report)
    await postCall(world, report)

    const [started, ended, ...more] = await eventsOf(id, 'call.%')
    expect([started?.type, ended?.type, more]).toEqual(['call.started', 'call.ended', []])
    expect(ended?.facts).toMatchObject({
      id: started?.facts.id,
      summary: 'They talked.',
      duration_seconds: 12,
      // The deployment's agent is nobody's own.
      agent_id: null,
    })
    expect(JSON.stringify(ended?.facts)).not.toContain('Is the blue one there?')
  })

  test('a call, of which only the report comes, has begun and ended; an hour later, it is late', async () => {
    const { id, number } = await anOrganization()
    const hourAgo = Math.floor(Date.now() / 1_000) - 3_600
    await heldForHours(id)

    await postCall(
      world,
      aConversation({
        phone: { agent_number: number, external_number: '+16045558804' },
        metadata: { start_time_unix_secs: hourAgo },
      }),
    )

    expect(await eventsOf(id, 'call.%')).toMatchObject([
      { type: 'call.started', is_late: true },
      { type: 'call.ended', is_late: true },
    ])
  })

  test('an outbound call, that is answered for, has started; one that failed, has failed', async () => {
    const organization = await anOrganization()
    const row = (initial: string) =>
      aCallRow(
        world.database.url,
        { organizationId: organization.id, holdingId: organization.holdingId, contactId: null },
        { direction: 'outbound', status: initial, request_id: 'request' },
      )
    const [answered, refused] = [await row('initiating'), await row('initiating')]
    const record = (callId: string, ...rest: (string | null)[]) =>
      world.sql('select public.record_outbound_call($1, $2, $3, $4, $5, 1000)', [callId, ...rest])

    for (const _ of [1, 2]) {
      await record(answered, 'in-progress', 'conv_events', 'CAevents', null)
      await record(refused, 'failed', null, null, 'not_connected')
    }

    const events = await eventsOf(organization.id, 'call.%')
    expect(events.map(({ type, facts }) => [type, facts.id])).toEqual([
      ['call.started', answered],
      ['call.failed', refused],
    ])
  })

  test('an outbound call, that is dialled again and fails again, has failed once', async () => {
    const organization = await anOrganization()
    const call = await aCallRow(
      world.database.url,
      { organizationId: organization.id, holdingId: organization.holdingId, contactId: null },
      { direction: 'outbound', status: 'initiating', request_id: 'request' },
    )

    for (const _ of [1, 2, 3]) {
      await world.sql("update orgline.calls set status = 'initiating' where id = $1", [call])
      await world.sql(
        "select public.record_outbound_call($1, 'failed', null, null, 'not_connected', 1000)",
        [call],
      )
    }

    const events = await eventsOf(organization.id, 'call.%')
    expect(events.map(({ type, facts }) => [type, facts.id])).toEqual([['call.failed', call]])
  })

  test.each([
    ['somebody answers', 'completed', 'answered'],
    ['nobody answers', 'no-answer', 'unanswered'],
  ])(
    'a call, that is handed over to a person, and whose end is told twice where %s, is one event more',
    async (_what, DialCallStatus, transfer) => {
      const { id, holdingId, number } = await anOrganization()
      const CallSid = `CA${randomBytes(16).toString('hex')}`
      const call = await aCallRow(
        world.database.url,
        { organizationId: id, holdingId, contactId: null },
        { provider_call_id: CallSid, to_number: number },
      )
      await world.sql(
        `update calls set transfer = 'begun', forwarded_to = '+16045558809', forwarded_at = now(), forward_outlay = 1,
           forward_minutes = 30 where id = $1`,
        [call],
      )
      expect(await typesOf(id, 'call.%')).toEqual(['call.started'])

      for (const _ of [1, 2])
        await twilioPost(world, '/api/webhooks/call/forwarded', {
          CallSid,
          DialCallStatus,
          ...(transfer === 'answered' && { DialCallDuration: '20' }),
        })

      const [, transferred, ...more] = await eventsOf(id, 'call.%')
      expect(more).toEqual([])
      expect(transferred).toMatchObject({
        type: 'call.transferred',
        is_late: false,
        facts: { id: call, transfer, transferred_to: '+16045558809', status: 'in-progress' },
      })
    },
  )

  test('a message on tape, that is told twice, is one event, and says nothing of where it is kept', async () => {
    const { id, number } = await anOrganization()
    const form = {
      CallSid: `CA${'7'.repeat(32)}`,
      From: '+16045558805',
      To: number,
      RecordingUrl: 'https://api.twilio.com/Recordings/RE77',
    }

    for (const _ of [1, 2]) await twilioPost(world, '/api/webhooks/call/voicemail', form)

    const events = await eventsOf(id, 'voicemail.%')
    expect(events).toHaveLength(1)
    expect(JSON.stringify(events[0]?.facts)).not.toContain('api.twilio.com')
  })

  test('a contact, made, changed, changed to the same, merged and erased, is an event for each change', async () => {
    const { id, path, token } = await anOrganization()
    const make = async (phoneNumber: string) =>
      (await request(world.origin, 'POST', `${path}/contacts`, { token, body: { phoneNumber } }))
        .body.contact.id as string
    const [one, other] = [await make('+16045558806'), await make('+16045558807')]
    const ask = (method: string, rest: string, body?: object) =>
      request(world.origin, method, `${path}/contacts/${rest}`, { token, ...(body && { body }) })
    for (const _ of [1, 2]) await ask('PUT', one, { name: 'Mia' })
    await ask('POST', `${one}/merge`, { from: other })
    const before = await eventsOf(id, 'contact.%')

    await ask('DELETE', one)

    expect(before.map(({ type, facts }) => [type, facts.id])).toEqual([
      ['contact.created', one],
      ['contact.created', other],
      ['contact.updated', one],
      ['contact.updated', other],
    ])
    expect(before.at(-1)?.facts.merged_into).toBe(one)
    const after = await eventsOf(id, 'contact.%')
    expect(after.map(({ type, facts }) => [type, facts])).toEqual(
      expect.arrayContaining([one, other].map((each) => ['contact.erased', { id: each }])),
    )
    expect(after).toHaveLength(2)
  })

  test('a number, given up, restored, given up and released, is an event for each', async () => {
    const line = await aLine(world)
    await line.organization.release()
    await line.organization.restore()
    await line.organization.release()
    await expect
      .poll(async () => {
        await endQuarantine(world, line.number)
        await releaseDue(world)
        return (await rowOf(world, line.number)).status
      })
      .toBe('released')

    const events = await eventsOf(line.id, 'number.%')
    expect(events.map(({ type }) => type)).toEqual([
      'number.ready',
      'number.quarantined',
      'number.ready',
      'number.quarantined',
      'number.released',
    ])
    expect(events.map(({ facts }) => facts.phone_number)).toEqual(Array(5).fill(line.number))
    expect(events[1]?.facts.release_at).not.toBeNull()
  })

  test('a customer, whose call is told of only after erasing, is no event', async () => {
    const { id, number, path } = await anOrganization()
    const text = aText(number, { From: '+16045558808' })
    await twilioPost(world, SMS_PATH, text)
    const [contact] = await world.sql<{ id: string }>(
      'select id from contacts where organization_id = $1',
      [id],
    )
    await request(world.origin, 'DELETE', `${path}/contacts/${contact?.id}`, { token: ADMIN })

    await twilioPost(world, SMS_PATH, text)
    await world.sql(
      `select public.receive_message('SMbefore', '+16045558808', $1, '+16045558808', 'Hello', '[]', 1, null, null, now() - interval '1 minute')`,
      [number],
    )

    expect(await typesOf(id, '%')).toEqual([
      'organization.created',
      'number.ready',
      'contact.erased',
    ])
  })

  test('a customer, erased again in a restored database, keeps the events of what it did since', async () => {
    const { id, number } = await anOrganization()
    const customer = '+16045558810'
    await twilioPost(world, SMS_PATH, aText(number, { From: customer, Body: 'Before' }))
    const [between] = await world.sql<{ at: string }>('select clock_timestamp()::text as at')
    await twilioPost(world, SMS_PATH, aText(number, { From: customer, Body: 'Since' }))
    const [contact] = await world.sql<{ id: string; customer: string }>(
      'select id, private.erased_customer(organization_id, phone_number) as customer from contacts where organization_id = $1',
      [id],
    )

    const erased = await request(world.origin, 'POST', '/api/admin/erasures', {
      token: ADMIN,
      body: {
        erasures: [
          {
            organizationId: id,
            contactIds: [contact?.id],
            customers: [contact?.customer],
            erasedAt: new Date(between?.at ?? '').toISOString(),
          },
        ],
      },
    })

    expect(erased.status).toBe(200)
    const texts = await eventsOf(id, 'message.%')
    const [somebodyNew] = await world.sql<{ id: string }>(
      'select id from contacts where organization_id = $1',
      [id],
    )
    expect(somebodyNew?.id).not.toBe(contact?.id)
    expect(texts).toMatchObject([
      { contact_id: somebodyNew?.id, facts: { body: 'Since', contact_id: somebodyNew?.id } },
    ])
  })

  test('calls, in the sandbox, say what the twin said', async () => {
    const { id, number } = await anOrganization()

    await control(world, 'POST', 'calls', { from: '+16045558809', to: number, says: ['Hello'] })

    await expect.poll(() => typesOf(id, 'call.%')).toEqual(['call.started', 'call.ended'])
  })
})
