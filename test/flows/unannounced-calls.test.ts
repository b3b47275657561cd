import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { underLease } from '../../src/database/lease.ts'
import { atCarriers, control, fault, notifications, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('the search for unannounced calls', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ timings: { callPollMs: 1, callMaxPolls: 2 } })
  })
  afterEach(() => control(world, 'DELETE', 'faults'))
  afterAll(() => world.stop())

  const { signal } = new AbortController()
  const scan = () =>
    underLease(
      { db: world.context.db, name: 'calls.scan', everyMs: 0, leaseMs: 60_000 },
      world.context.calls.callScan,
      {
        signal,
      },
    )
  const callIn = (from: string, to: string, says: string[] = ['Hello']) =>
    control(world, 'POST', 'calls', { from, to, says })
  /** As though neither webhook had ever come. */
  const forget = (conversationId: string) =>
    world.sql('delete from calls where conversation_id = $1', [conversationId])
  const callsOf = (conversationId: string) =>
    world.sql('select * from calls where conversation_id = $1', [conversationId])

  test('a call no webhook told of, is found with all it had', async () => {
    const { organization } = await signUp(world)
    const { conversationId } = await callIn('+16045559800', organization.phoneNumber)
    await forget(conversationId)

    await scan()
    await scan()

    expect(await callsOf(conversationId)).toEqual([
      expect.objectContaining({
        organization_id: organization.id,
        status: 'completed',
        direction: 'inbound',
        from_number: '+16045559800',
        transcript: expect.arrayContaining([{ role: 'user', message: 'Hello' }]),
      }),
    ])
  })

  test('a number that changed hands since, leaves the call with the one who held it then', async () => {
    const [before, after] = [await signUp(world), await signUp(world)]
    const number = before.organization.phoneNumber
    const { conversationId } = await callIn('+16045559801', number)
    await forget(conversationId)
    await world.sql(
      `update organization_phone_numbers set ended_at = now() + interval '2 seconds', is_active = false
       where organization_id = $1`,
      [before.organization.id],
    )
    await world.sql(
      `insert into organization_phone_numbers (organization_id, phone_number_id, is_active, assigned_at)
       select $1, id, true, now() + interval '3 seconds' from phone_numbers where phone_number = $2`,
      [after.organization.id, number],
    )

    await scan()

    expect(await callsOf(conversationId)).toEqual([
      expect.objectContaining({ organization_id: before.organization.id }),
    ])
  })

  test('a number that is not ours, is left alone and nothing of it is kept', async () => {
    const { organization } = await signUp(world)
    const { conversationId } = await callIn('+16045559802', organization.phoneNumber)
    await forget(conversationId)
    // The same workspace serves another product's number.
    await world.sql(
      "update phone_numbers set phone_number = '+12125550123' where phone_number = $1",
      [organization.phoneNumber],
    )

    await scan()

    expect(await callsOf(conversationId)).toEqual([])
    expect(await world.sql('select 1 from webhook_events')).toEqual([])
    await world.sql(
      "update phone_numbers set phone_number = $1 where phone_number = '+12125550123'",
      [organization.phoneNumber],
    )
  })

  test('a conversation that cannot be read now, is found by a later search', async () => {
    const { organization } = await signUp(world)
    const { conversationId } = await callIn('+16045559803', organization.phoneNumber)
    await forget(conversationId)
    await fault(world, 'elevenlabs', 'conversations.get', 'error', { status: 500, times: 20 })

    await scan()
    expect(await callsOf(conversationId)).toEqual([])
    await control(world, 'DELETE', 'faults')
    await scan()

    expect(await callsOf(conversationId)).toHaveLength(1)
  })

  test('a list that was wrongly empty, is made up for by the next search', async () => {
    const { organization } = await signUp(world)
    const { conversationId } = await callIn('+16045559808', organization.phoneNumber)
    await forget(conversationId)
    const startedAt = new Date(Date.now() - 600_000)
    const real = world.context.voiceAgents.listConversations
    world.context.voiceAgents.listConversations = async function* (
      { agentId, from },
      onUnreadable,
    ) {
      for await (const page of real({ agentId, from: new Date(0) }, onUnreadable))
        yield page
          .map((each) => (each.conversationId === conversationId ? { ...each, startedAt } : each))
          .filter((each) => each.startedAt >= from)
    }
    const hourAgo = new Date(Date.now() - 3_600_000).toISOString()
    await fault(world, 'elevenlabs', 'conversations.list', 'empty_list', { times: 999 })

    const left = await world.context.calls.callScan(signal, { since: hourAgo })
    await control(world, 'DELETE', 'faults')
    await world.context.calls.callScan(signal, left ?? {})

    world.context.voiceAgents.listConversations = real
    expect(await callsOf(conversationId)).toHaveLength(1)
  })

  test('more calls than one page of the list holds, are all found', async () => {
    const { organization } = await signUp(world)
    const { conversationId } = await callIn('+16045559804', organization.phoneNumber)
    for (let n = 0; n < 110; n += 1) await callIn('+16045559805', organization.phoneNumber, [])
    await forget(conversationId)

    await scan()

    expect(await callsOf(conversationId)).toHaveLength(1)
  })

  test('a call known already, is not read again', async () => {
    const { organization } = await signUp(world)
    await callIn('+16045559806', organization.phoneNumber)
    const reads = async () =>
      (await atCarriers(world)).requests.elevenlabs['conversations.get'] ?? 0
    await scan()
    const before = await reads()

    await scan()

    expect(await reads()).toBe(before)
  })

  describe('of a conversation that cannot be read', () => {
    const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString()
    const unreadable = async () => {
      const { organization } = await signUp(world)
      const { conversationId } = await callIn('+16045559807', organization.phoneNumber)
      await forget(conversationId)
      await fault(world, 'elevenlabs', 'conversations.get', 'error', { status: 500, times: 999 })
      return conversationId as string
    }
    const agentId = () => world.config.elevenLabs.agentId
    const run = (id: string, since: string) =>
      world.context.calls.callScan(signal, {
        since: hoursAgo(1),
        failing: { [agentId()]: { [id]: since } },
      })
    const reported = async (id: string) =>
      (await notifications(world, '?type=post_call_missed')).filter(({ message }) =>
        message.includes(id),
      )

    test('for a moment, keeps it in mind, and tells nobody', async () => {
      const id = await unreadable()

      const left = await world.context.calls.callScan(signal, { since: hoursAgo(1) })

      expect(Object.keys(left?.failing?.[agentId()] ?? {})).toContain(id)
      expect(await reported(id)).toEqual([])
    })

    test('for an hour, tells once, and no more once it is read', async () => {
      const id = await unreadable()

      await run(id, hoursAgo(2))
      const left = await run(id, hoursAgo(2))

      expect(await reported(id)).toMatchObject([{ status: 'pending', occurrences: 1 }])
      await control(world, 'DELETE', 'faults')
      await world.context.calls.callScan(signal, left ?? {})
      expect(await callsOf(id)).toHaveLength(1)
      expect(await reported(id)).toMatchObject([{ status: 'resolved' }])
    })

    test('for a day, tells it and gives it up, and asks for it no more', async () => {
      const id = await unreadable()

      const left = await run(id, hoursAgo(25))

      expect(left?.failing).toEqual({})
      expect(await reported(id)).toMatchObject([
        { status: 'pending', message: expect.stringContaining('not tried any more') },
      ])
      const again = await world.context.calls.callScan(signal, left ?? {})
      expect(again?.failing).toEqual({})
    })

    test('which began long before the search, is not left out of the next one', async () => {
      const id = await unreadable()
      const before = hoursAgo(30)
      const real = world.context.voiceAgents.listConversations
      world.context.voiceAgents.listConversations = async function* (asked) {
        for await (const page of real(asked))
          yield page.map((each) =>
            each.conversationId === id ? { ...each, startedAt: new Date(before) } : each,
          )
      }

      const left = await world.context.calls.callScan(signal, { since: hoursAgo(31) })

      world.context.voiceAgents.listConversations = real
      const marks = Object.values(left?.marks ?? {}).map((iso) => Date.parse(iso))
      expect(Math.min(...marks)).toBeLessThanOrEqual(Date.parse(before))
    })
  })
})
