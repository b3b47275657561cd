import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { aConversation, postCall } from '../support/post-call.ts'
import { ADMIN, atCarriers, control, request, signUp } from '../support/requests.ts'
import { twilioPost } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

const PERSON = '+16045559895'
const NOBODY = '+16045559896'

let customers = 0
const aCustomer = () => `+1604555${String(7_300 + ++customers)}`

describe('a caller who was put through to a person', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { NEW_ORGANIZATION_DAYS: '' } })
    await control(world, 'POST', 'answers', { number: NOBODY, result: 'no-answer', delayMs: 0 })
  })
  afterAll(() => stopWithCleanLogs(world))

  async function anOrganization(settings: object = {}) {
    const { organization } = await signUp(world)
    const path = `/api/organizations/${organization.id}`
    const all = { inbound_voice: 'server', missed_call_text: 'Sorry we missed you!', ...settings }
    const { status } = await request(world.origin, 'PATCH', path, {
      token: ADMIN,
      body: { settings: all },
    })
    expect(status).toBe(200)
    return { id: organization.id as string, number: organization.phoneNumber as string }
  }
  /** A call whose agent, where it was reached, said nothing that is known. */
  async function aRunningCall(organizationId: string, fields: Record<string, unknown> = {}) {
    const [sid, customer] = [`CA${randomBytes(16).toString('hex')}`, aCustomer()]
    const [row] = await world.sql<{ id: string; number: string }>(
      `with made as (
         insert into contacts (organization_id, phone_number) values ($1, $3) returning id)
       insert into calls (organization_id, organization_phone_number_id, contact_id, direction, provider_call_id, from_number,
         to_number, status)
       select h.organization_id, h.id, made.id, 'inbound', $2, $3, p.phone_number, 'in-progress'
       from made, organization_phone_numbers h join phone_numbers p on p.id = h.phone_number_id
       where h.organization_id = $1 returning id, to_number as number`,
      [organizationId, sid, customer],
    )
    for (const [name, value] of Object.entries(fields))
      await world.sql(`update calls set ${name} = $2 where id = $1`, [row?.id, value])
    return { id: row?.id ?? '', number: row?.number ?? '', sid, customer }
  }
  const forwarded = (to = PERSON) => ({
    forwarded_to: to,
    forwarded_at: new Date(),
    forward_outlay: 1,
    forward_minutes: 30,
  })
  const legEnds = (CallSid: string, DialCallStatus: string) =>
    twilioPost(world, '/api/webhooks/call/forwarded', {
      CallSid,
      DialCallStatus,
      ...(DialCallStatus === 'completed' && { DialCallDuration: '20' }),
    })
  const callEnds = (CallSid: string) =>
    twilioPost(world, '/api/webhooks/twilio/call-status', {
      CallSid,
      CallStatus: 'completed',
      CallDuration: '31',
    })
  const due = () =>
    world.sql('update calls set missed_text_due_at = now() where missed_text_due_at is not null')
  const textsTo = async (customer: string) => {
    await due()
    await world.context.messages.tick(new AbortController().signal)
    const { twilio } = await atCarriers(world)
    return twilio.messages.filter(
      (row: { to: string; direction: string }) =>
        row.to === customer && row.direction.startsWith('outbound'),
    )
  }

  test.each(['begun', 'answered', 'unanswered', 'failed', 'passed_on'])(
    'by an agent, is not one who was missed, also where the report has no words: transfer %s',
    async (transfer) => {
      const { id } = await anOrganization()
      const call = await aRunningCall(id, { ...forwarded(), transfer })

      await callEnds(call.sid)
      await postCall(
        world,
        aConversation({
          user_id: call.id,
          transcript: [],
          phone: {
            agent_number: call.number,
            external_number: call.customer,
            call_sid: call.sid,
          },
        }),
      )

      expect(await world.sql('select status from calls where id = $1', [call.id])).toEqual([
        { status: 'completed' },
      ])
      expect(await textsTo(call.customer)).toEqual([])
    },
  )

  test.each([
    ['the end of the leg, then of the call', ['leg', 'call']],
    ['the end of the call first', ['call', 'leg']],
  ])('who answered, because no agent could, gets no text, told of %s', async (_order, order) => {
    const { id } = await anOrganization()
    const call = await aRunningCall(id, { ...forwarded(), failure_reason: 'no_agent' })

    for (const each of order) {
      await (each === 'leg' ? legEnds(call.sid, 'completed') : callEnds(call.sid))
      expect(await textsTo(call.customer)).toEqual([])
    }

    expect(
      await world.sql(
        'select status, failure_reason, answered_by, missed_text_due_at from calls where id = $1',
        [call.id],
      ),
    ).toEqual([
      {
        status: 'completed',
        failure_reason: null,
        answered_by: 'person',
        missed_text_due_at: null,
      },
    ])
  })

  test.each([
    ['the end of the leg, then of the call', ['leg', 'call'], [0, 1]],
    ['the end of the call first', ['call', 'leg'], [0, 1]],
  ])('who did not answer, gets one, told of %s', async (_order, order, texts) => {
    const { id } = await anOrganization()
    const call = await aRunningCall(id, { ...forwarded(), failure_reason: 'no_agent' })

    for (const [index, each] of order.entries()) {
      await (each === 'leg' ? legEnds(call.sid, 'no-answer') : callEnds(call.sid))
      expect(await textsTo(call.customer)).toHaveLength(texts[index] ?? 0)
    }
  })

  test('of whose leg nothing is told for ten minutes, gets no text', async () => {
    const { id } = await anOrganization()
    const call = await aRunningCall(id, { ...forwarded(), failure_reason: 'no_agent' })
    await callEnds(call.sid)
    await world.sql("update calls set created_at = now() - interval '11 minutes' where id = $1", [
      call.id,
    ])

    expect(await textsTo(call.customer)).toEqual([])
    expect(
      await world.sql('select missed_text_due_at from calls where id = $1', [call.id]),
    ).toEqual([{ missed_text_due_at: null }])
  })

  test.each([
    ['somebody who answers', PERSON, 0],
    ['nobody', NOBODY, 1],
  ])('by the routing, to %s (%s), gets %d', async (_whom, number, texts) => {
    const organization = await anOrganization({ routing: { open: [{ to: 'forward', number }] } })
    const customer = aCustomer()

    await control(world, 'POST', 'calls', { from: customer, to: organization.number, says: [] })
    await Promise.allSettled([...world.context.background])

    expect(await textsTo(customer)).toHaveLength(texts)
  })
})
