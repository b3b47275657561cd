import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { VoiceAgents } from '../../src/carriers/ports/voice-agents.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { aCallRequest } from '../support/outbound.ts'
import { aFailure, postCall } from '../support/post-call.ts'
import { ADMIN, control, request, signUp } from '../support/requests.ts'
import { contextWith } from '../support/voice-agents.ts'
import { startWorld, type World } from '../support/world.ts'

const CUSTOMER = '+16045557201'
const SECOND_PHONE = '+16045557202'

interface Entry {
  id: string
  channel: string
  body?: string
  summary?: string
  transcript?: { message: string }[]
}

describe('the timeline of a contact', () => {
  let world: World
  let north: { id: string; name: string; phoneNumber: string }
  let south: typeof north
  beforeAll(async () => {
    world = await startWorld()
    north = (await signUp(world)).organization
    south = (await signUp(world)).organization
  })
  afterAll(() => stopWithCleanLogs(world))

  const text = (to: string, body: string, from = CUSTOMER) =>
    control(world, 'POST', 'sms', { from, to, body })
  /** In another second than what came before it: ElevenLabs tells in whole seconds when a call began. */
  async function call(to: string, says: string[], from = CUSTOMER) {
    const second = () => Math.floor(Date.now() / 1_000)
    const before = second()
    await expect.poll(second).toBeGreaterThan(before)
    const heard = await control(world, 'POST', 'calls', { from, to, says })
    await control(world, 'POST', 'idle')
    return heard
  }
  const get = async (organizationId: string, rest: string) =>
    (
      await request(world.origin, 'GET', `/api/organizations/${organizationId}/contacts${rest}`, {
        token: ADMIN,
      })
    ).body
  async function contactAt(organizationId: string, phoneNumber = CUSTOMER) {
    const query = `?phoneNumber=${encodeURIComponent(phoneNumber)}`
    return (await get(organizationId, query)).contacts[0]
  }
  const said = (entry: Entry) => (entry.channel === 'sms' ? entry.body : 'a call')

  test('texts and calls with two dealerships, read at each, are its own in one order', async () => {
    await text(north.phoneNumber, 'north-1')
    await call(north.phoneNumber, ['north-spoken'])
    await text(south.phoneNumber, 'south-1')
    await text(north.phoneNumber, 'north-2')
    await call(south.phoneNumber, ['south-spoken'])
    const [atNorth, atSouth] = [await contactAt(north.id), await contactAt(south.id)]

    const northern = await get(north.id, `/${atNorth.id}/timeline`)
    const southern = await get(south.id, `/${atSouth.id}/timeline`)

    expect(northern.timeline.map(said)).toEqual(['north-2', 'a call', 'north-1'])
    expect(southern.timeline.map(said)).toEqual(['a call', 'south-1'])
    expect(JSON.stringify(northern)).not.toMatch(/south/)
    expect(JSON.stringify(southern)).not.toMatch(/north/)
    expect(atNorth).toMatchObject({ lead_status: 'Returning Customer' })
  })

  test('a customer with two phones, merged, is one with both histories, and known from both', async () => {
    await text(north.phoneNumber, 'from my other phone', SECOND_PHONE)
    const [first, second] = [await contactAt(north.id), await contactAt(north.id, SECOND_PHONE)]
    const path = `/api/organizations/${north.id}/contacts/${first.id}/merge`

    const merge = () =>
      request(world.origin, 'POST', path, { token: ADMIN, body: { from: second.id } })
    const merged = await merge()
    const again = await merge()
    await text(north.phoneNumber, 'once more from there', SECOND_PHONE)

    expect(merged.status).toBe(200)
    expect(again.body).toEqual(merged.body)
    expect(merged.body.contact.merged).toMatchObject([{ phone_number: SECOND_PHONE }])
    const { timeline } = await get(north.id, `/${second.id}/timeline`)
    expect(timeline.map(said)).toEqual([
      'once more from there',
      'from my other phone',
      'north-2',
      'a call',
      'north-1',
    ])
    const heard = await call(north.phoneNumber, [], SECOND_PHONE)
    expect(heard.variables.conversation_context).toContain('north-2')
  })

  test('an erased contact, who calls again, is a stranger here and still known there', async () => {
    const { id } = await contactAt(north.id)
    const exported = await get(north.id, `/${id}/export`)
    const spoken = exported.timeline.flatMap((entry: Entry) => entry.transcript ?? [])
    expect(JSON.stringify(spoken)).toContain('north-spoken')

    const erased = await request(
      world.origin,
      'DELETE',
      `/api/organizations/${north.id}/contacts/${id}`,
      { token: ADMIN },
    )
    const heard = await call(north.phoneNumber, [])
    const elsewhere = await call(south.phoneNumber, [])

    expect(erased.body.erased).toEqual({ messages: 4, calls: 2 })
    expect(heard.variables).toMatchObject({
      lead_status: 'New Inquiry',
      previous_summary: 'First conversation',
      conversation_context: '',
    })
    expect(elsewhere.variables.conversation_context).toContain('south-1')
    const left = await world.sql(
      `select 1 from messages where body like 'north-%'
       union all select 1 from calls where transcript::text like '%north-spoken%' or exchanges::text like '%north-spoken%'`,
    )
    expect(left).toEqual([])
  })

  test('a customer, erased while being dialled, is dialled once and nothing told of it is kept', async () => {
    const [customer, conversationId] = ['+16045557203', `conv_${randomUUID()}`]
    const dial = vi.fn<VoiceAgents['dial']>(async () => {
      const { id } = await contactAt(north.id, customer)
      const path = `/api/organizations/${north.id}/contacts/${id}`
      await request(world.origin, 'DELETE', path, { token: ADMIN })
      return { result: 'dialing', conversationId, providerCallId: null }
    })
    const { placeCall } = contextWith(world, { dial }).calls
    const place = aCallRequest({
      organizationId: north.id,
      to: customer,
      customerName: 'Ada',
    })

    const placed = await placeCall(place)
    const failure = aFailure(
      world.config.elevenLabs.agentId,
      { from: north.phoneNumber, to: customer },
      { conversationId },
    )
    const reported = await postCall(world, failure)

    expect(placed).toMatchObject({ id: place.id, status: 'initiating' })
    expect(reported.body).toEqual({ result: 'erased' })
    await expect(placeCall(place)).rejects.toMatchObject({ code: 'contact_not_found' })
    expect(dial).toHaveBeenCalledTimes(1)
    expect(await contactAt(north.id, customer)).toBeUndefined()
    expect(await world.sql('select 1 from webhook_events')).toEqual([])
  })
})
