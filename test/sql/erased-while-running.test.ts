import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/db.ts'
import { OPERATOR } from '../support/actors.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { aCallRequest, callStoreWith } from '../support/outbound.ts'
import { aHolding, anOrganization, aPhoneNumber } from '../support/rows.ts'

const CUSTOMER = '+16045558124'

describe('a call that goes on while its customer is erased', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 20_000, poolSize: 5 }))
  })
  afterAll(() => drop())

  /** An organization that may have one call at a time, and whose customer is erased during it. */
  async function anErasedCall() {
    const id = await anOrganization(url)
    const number = await aPhoneNumber(url, { status: 'assigned', elevenlabs_phone_id: id })
    await aHolding(url, id, number, { is_active: true })
    const calls = callStoreWith(db, { concurrency: 1 })
    const dial = (callId: string = randomUUID()) =>
      calls.beginOutbound(aCallRequest({ id: callId, organizationId: id, to: CUSTOMER }))
    const { call } = await dial()
    await erase(id)
    const next = () =>
      dial().then(
        () => 'dialled',
        (error) => error.code as string,
      )
    return { id, call, calls, next }
  }

  async function erase(organizationId: string) {
    await sql(
      url,
      'select public.delete_contact($1, $2, c.id) from orgline.contacts c where c.organization_id = $2',
      [OPERATOR, organizationId],
    )
  }

  const reported = (callId: string, fields: object) =>
    sql(url, "select public.record_call_event('end:' || ($1::jsonb ->> 'call_id'), $1)", [
      {
        call_id: callId,
        direction: 'outbound',
        started_at: new Date().toISOString(),
        outcome: 'ended',
        ...fields,
      },
    ])
  const counted = (id: string) =>
    sql(url, 'select minutes, is_running from private.counted_dials($1)', [id])
  const outlay = (id: string) =>
    sql(url, "select outlay from private.outlays_of($1, '') where kind = 'call'", [id])

  test('its customer gone, keeps its place and counts at its longest', async () => {
    const { id, next } = await anErasedCall()

    expect([await next(), await next()]).toEqual(['too_many_calls', 'too_many_calls'])
    expect(await counted(id)).toEqual([{ minutes: 10, is_running: true }])
    expect(await outlay(id)).toEqual([{ outlay: String(10 * 112_500) }])
  })

  test('its end told, counts for what it was and leaves its place, once', async () => {
    const { id, call, next } = await anErasedCall()
    const hour = () => sql<{ spend: string }>(url, 'select sum(spend) as spend from spend_hours')
    const before = Number((await hour())[0]?.spend)

    await reported(call.id, { duration_seconds: 61, cost: 5 })
    await reported(call.id, { duration_seconds: 61, cost: 5 })

    expect(await counted(id)).toEqual([{ minutes: 2, is_running: false }])
    expect(await outlay(id)).toEqual([{ outlay: String(2 * 112_500) }])
    expect(Number((await hour())[0]?.spend) - before).toBe(-8 * 112_500)
    expect(await next()).toBe('dialled')
  })

  test('its end told by the conversation alone, which is known only now, is found too', async () => {
    const { call, calls, next } = await anErasedCall()
    const conversation = `conv_${randomUUID()}`
    await calls.recordDialed(call.id, { conversationId: conversation, providerCallId: null })

    await sql(url, 'select public.record_call_event($1, $2)', [
      `end:${conversation}`,
      {
        conversation_id: conversation,
        direction: 'outbound',
        outcome: 'ended',
        duration_seconds: 5,
      },
    ])

    expect(await next()).toBe('dialled')
  })

  test('refused by its carrier, leaves its place', async () => {
    const { call, calls, next, id } = await anErasedCall()

    await calls.recordRefused(call.id, 'busy line')

    expect(await next()).toBe('dialled')
    expect(await outlay(id)).toEqual(expect.arrayContaining([{ outlay: '0' }]))
  })

  test('its end never told, leaves its place once it must be over, and stays as dear', async () => {
    const { id, next } = await anErasedCall()

    await sql(
      url,
      `update orgline.erased_dials set dialled_at = dialled_at - interval '11 minutes',
         ends_by = ends_by - interval '11 minutes' where organization_id = $1`,
      [id],
    )

    expect(await counted(id)).toEqual([{ minutes: 10, is_running: false }])
    expect(await next()).toBe('dialled')
  })
})
