import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aConversation, aFailure, postCall } from '../support/post-call.ts'
import { notifications, signUp } from '../support/requests.ts'
import { aCall, askInitiation } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

/** A placeholder carriers send for withheld callers (Twilio). */
const WITHHELD = '+86282452253'

describe('an event of a call nobody announced', () => {
  let world: World
  let number: string
  let before: string
  let after: string
  const handedOverAt = Math.floor(Date.now() / 1_000) - 600
  beforeAll(async () => {
    world = await startWorld()
    const [a, b] = [await signUp(world), await signUp(world, { provisionPhone: false })]
    number = a.organization.phoneNumber
    before = a.organization.id
    after = b.organization.id
    // A held the number until ten minutes ago, 300 ms into a second; B from 200 ms later on.
    await world.sql(
      `update organization_phone_numbers set is_active = false,
         assigned_at = now() - interval '3 days', ended_at = to_timestamp($2) + interval '300 ms'
       where organization_id = $1`,
      [before, handedOverAt],
    )
    await world.sql(
      `insert into organization_phone_numbers (organization_id, phone_number_id, is_active, assigned_at)
       select $1, id, true, to_timestamp($3) + interval '500 ms' from phone_numbers where phone_number = $2`,
      [after, number, handedOverAt],
    )
  })
  afterAll(() => world.stop())

  const report = async (
    metadata: Record<string, unknown>,
    envelope: Record<string, unknown> = {},
    phone: Record<string, unknown> = {},
  ) => {
    const event = {
      ...aConversation({ metadata, phone: { agent_number: number, ...phone } }),
      ...envelope,
    }
    const { body } = await postCall(world, event)
    const rows = await world.sql('select * from calls where conversation_id = $1', [
      event.data.conversation_id,
    ])
    return { result: body.result, row: rows[0], conversationId: event.data.conversation_id }
  }

  test('that began before a hand-over, is of the former holder', async () => {
    const { row } = await report({ start_time_unix_secs: handedOverAt - 60 })
    expect(row?.organization_id).toBe(before)
  })

  test('that began after a hand-over, is of the new holder', async () => {
    const { row } = await report({ start_time_unix_secs: handedOverAt + 60 })
    expect(row?.organization_id).toBe(after)
  })

  test('that began in the very second of a hand-over, is kept for neither', async () => {
    const { result, row } = await report({ start_time_unix_secs: handedOverAt })
    expect([result, row]).toEqual(['deferred', undefined])
  })

  test('without a beginning, told before the hand-over, is of the former holder', async () => {
    const { row } = await report(
      { start_time_unix_secs: null },
      { event_timestamp: handedOverAt - 60 },
    )
    expect(row?.organization_id).toBe(before)
    expect(row?.started_at).toEqual(new Date((handedOverAt - 72) * 1_000))
  })

  test('without a beginning, told after the hand-over, may be of either and is kept for neither', async () => {
    const reported = [
      await report({ start_time_unix_secs: null }),
      await report({ start_time_unix_secs: 4_000_000_000 }, { event_timestamp: 'soon' }),
    ]
    expect(reported.map(({ result, row }) => [result, row])).toEqual([
      ['deferred', undefined],
      ['deferred', undefined],
    ])
  })

  /** A call of the former holder, of which no id is known. */
  const dialledBefore = (to: string, at: number) =>
    world.sql(
      `insert into calls (organization_id, organization_phone_number_id, direction, from_number, to_number, status, request_id, created_at, dialled_at)
       select $1, id, 'outbound', $2, $3, 'in-progress', $3, to_timestamp($4), to_timestamp($4)
       from organization_phone_numbers where organization_id = $1`,
      [before, number, to, at],
    )
  const callsTo = (to: string) =>
    world.sql('select * from calls where to_number = $1 order by created_at', [to])
  const dialled = (to: string) => ({ direction: 'outbound', external_number: to, call_sid: null })

  test('to a customer of the former holder, whose own call nobody told the end of, is of the new holder', async () => {
    const to = '+16045559901'
    await dialledBefore(to, handedOverAt - 1_000)

    await report({ start_time_unix_secs: handedOverAt + 60 }, {}, dialled(to))

    expect(await callsTo(to)).toMatchObject([
      { organization_id: before, status: 'in-progress', transcript: null },
      { organization_id: after, status: 'completed' },
    ])
  })

  test('that may be one the former holder had dialled a moment before the hand-over, is kept for neither', async () => {
    const to = '+16045559902'
    await dialledBefore(to, handedOverAt - 30)

    const { result } = await report({ start_time_unix_secs: handedOverAt + 30 }, {}, dialled(to))

    expect(result).toBe('deferred')
    expect(await callsTo(to)).toMatchObject([{ status: 'in-progress', transcript: null }])
  })

  test('the former holder dialled, and nobody since, is that very call’s', async () => {
    const to = '+16045559903'
    await dialledBefore(to, handedOverAt - 300)

    await report({ start_time_unix_secs: handedOverAt - 290 }, {}, dialled(to))

    expect(await callsTo(to)).toMatchObject([{ organization_id: before, status: 'completed' }])
  })

  test('that never connected, is kept and makes no call for anybody', async () => {
    const failure = aFailure(world.config.elevenLabs.agentId, { from: number, to: '+16045559900' })

    const { body } = await postCall(world, failure)

    expect(body).toEqual({ result: 'deferred' })
    expect(await world.sql("select 1 from calls where to_number = '+16045559900'")).toEqual([])
  })

  test('that nobody could place for a day, is told to a person', async () => {
    const { conversationId } = await report({ start_time_unix_secs: handedOverAt })
    await world.sql(
      `update webhook_events set next_try_at = now(), received_at = now() - interval '25 hours'
       where event ->> 'conversation_id' = $1`,
      [conversationId],
    )
    await world.context.calls.callWatch.tick(new AbortController().signal)

    const reported = await notifications(world, '?type=post_call_missed&status=pending')
    expect(reported.map(({ message }) => message)).toEqual([
      expect.stringContaining(`${conversationId} on our number ${number}, but it was unclear`),
    ])
  })

  test('of a withheld caller, is remembered of nobody', async () => {
    const { row } = await report(
      { start_time_unix_secs: handedOverAt + 120 },
      {},
      { external_number: WITHHELD },
    )
    const next = await askInitiation(world, aCall(number, { caller_id: WITHHELD }))

    expect(row).toMatchObject({ status: 'completed', contact_id: null })
    expect(await world.sql('select 1 from contacts where phone_number = $1', [WITHHELD])).toEqual(
      [],
    )
    expect(next.body.dynamic_variables).toMatchObject({
      lead_status: 'New Inquiry',
      previous_summary: 'First conversation',
    })
  })
})
