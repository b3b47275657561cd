import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { aPoolNumber, assign, importInDashboard, numberOf } from '../support/manual.ts'
import { aConversation, postCall } from '../support/post-call.ts'
import { expectProblem } from '../support/problems.ts'
import { aLine, givingOf, rowOf, stateAtCarriers } from '../support/quarantine.ts'
import {
  ADMIN,
  aUser,
  control,
  fault,
  notifications,
  request,
  runOrders,
  signUp,
} from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const CUSTOMER = '+16045559510'

describe('a number that is given up', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterEach(() => control(world, 'DELETE', 'faults'))
  afterAll(() => stopWithCleanLogs(world))

  const callTo = (to: string) => control(world, 'POST', 'calls', { from: CUSTOMER, to })
  const textTo = (to: string) =>
    control(world, 'POST', 'sms', { from: CUSTOMER, to, body: 'Still there?' })
  const messagesTo = (to: string) =>
    world.sql('select organization_id from messages where to_number = $1', [to])
  const one = async (id: string) =>
    (await request(world.origin, 'GET', `/api/organizations/${id}`, { token: ADMIN })).body
      .organization
  const sync = () => world.context.phoneNumbers.syncDue.tick(new AbortController().signal)

  test('by its organization, is nobody’s at once, and is the same organization’s again when restored', async () => {
    const line = await aLine(world, { name: 'Second Thoughts Motors' })
    await callTo(line.number)
    await textTo(line.number)

    const released = await line.organization.release()
    const [call, text] = [await callTo(line.number), await textTo(line.number)]

    expect(released).toMatchObject({
      status: 200,
      body: { success: true, phoneNumber: line.number, status: 'quarantined' },
    })
    const days = (Date.parse(released.body.releaseAt) - Date.now()) / 86_400_000
    expect(days).toBeGreaterThan(13.9)
    expect(days).toBeLessThanOrEqual(14)
    expect(JSON.stringify(call)).toContain('not in service')
    expect(call.conversationId ?? null).toBeNull()
    expect(text.status).toBe(404)
    expect(await messagesTo(line.number)).toHaveLength(1)
    expect(await notifications(world, '?type=sms_routing_failed')).toEqual([])
    expect(await one(line.id)).toMatchObject({ phoneNumber: null, defaultPhoneNumber: null })

    const restored = await line.organization.restore()
    const [again, heard] = [await callTo(line.number), await textTo(line.number)]

    expect(restored).toMatchObject({
      status: 200,
      body: { success: true, phoneNumber: line.number, status: 'assigned' },
    })
    expect(again.agentSaid).toContain('Second Thoughts Motors')
    expect(heard.status).toBe(200)
    expect(await messagesTo(line.number)).toEqual(Array(2).fill({ organization_id: line.id }))
    expect(await one(line.id)).toMatchObject({
      phoneNumber: line.number,
      defaultPhoneNumber: line.number,
      phoneNumberStatus: 'active',
      readyToUse: true,
    })
    expect(await rowOf(world, line.number)).toMatchObject({ release_at: null, sync_due_at: null })
  })

  test('released again, answers the same and changes nothing', async () => {
    const line = await aLine(world)
    const first = await line.organization.release()

    const again = await line.admin.release()

    expect(again).toMatchObject({ status: 200, body: first.body })
  })

  test('in quarantine, is listed for its organization with the time until which it can be restored', async () => {
    const line = await aLine(world)
    const { body } = await line.organization.release()

    const list = await request(world.origin, 'GET', `/api/organizations/${line.id}/phone-numbers`, {
      token: line.token,
    })

    expect(list.body.phoneNumbers).toMatchObject([
      { phone_number: line.number, status: 'quarantined', is_active: false },
    ])
    const shown = Date.parse(list.body.phoneNumbers[0].release_at)
    expect(Math.floor(shown / 1_000) * 1_000).toBe(Date.parse(body.releaseAt))
  })

  test('of two, leaves the other one as the default', async () => {
    const line = await aLine(world)
    const other = await aPoolNumber(world)
    await assign(world, other, line.id)

    await line.organization.release()

    expect(await one(line.id)).toMatchObject({ phoneNumber: other, defaultPhoneNumber: other })
    await line.organization.restore()
    expect(await one(line.id)).toMatchObject({ phoneNumber: other, defaultPhoneNumber: other })
  })

  test('never given up, is not said to be back when restored', async () => {
    const line = await aLine(world)

    for (const giving of [line.organization, line.admin]) {
      const restored = await giving.restore()

      expect(restored).toMatchObject({
        status: 200,
        body: {
          status: 'assigned',
          message: `${line.number} is not in quarantine: nothing was restored.`,
        },
      })
    }
    await line.organization.release()
    expect((await line.organization.restore()).body.message).toBe(
      `${line.number} is back from its quarantine.`,
    )
  })

  test('out of the pool, goes back to the pool when restored', async () => {
    const number = await aPoolNumber(world)
    const giving = givingOf(world, number)

    const released = await giving.release()
    const restored = await giving.restore()

    expect(released).toMatchObject({ status: 200, body: { status: 'quarantined' } })
    expect(restored).toMatchObject({ status: 200, body: { status: 'configured' } })
    const { organization } = await signUp(world, { provisionPhone: false })
    expect(await assign(world, number, organization.id)).toMatchObject({ status: 200 })
  })

  test('while a call of it runs, has that call’s end recorded for its organization', async () => {
    const line = await aLine(world)
    const startedAt = Math.floor(Date.now() / 1_000) - 30
    await world.sql(
      "update organization_phone_numbers set assigned_at = now() - interval '1 hour' where organization_id = $1",
      [line.id],
    )
    await line.organization.release()
    const event = (started: number) =>
      aConversation({
        phone: { agent_number: line.number, external_number: CUSTOMER },
        metadata: { start_time_unix_secs: started },
      })

    const before = await postCall(world, event(startedAt))
    const after = await postCall(world, event(startedAt + 60))

    expect(before.status).toBe(200)
    expect(after.status).toBe(200)
    const calls = await world.sql('select organization_id from calls where to_number = $1', [
      line.number,
    ])
    expect(calls).toEqual([{ organization_id: line.id }])
  })

  test('with ElevenLabs away, is silent all the same', async () => {
    const line = await aLine(world)
    await fault(world, 'elevenlabs', 'phoneNumbers.get', 'error', { status: 500, times: 99 })

    const released = await line.organization.release()

    expect(released.status).toBe(200)
    expect(JSON.stringify(await callTo(line.number))).toContain('not in service')
  })

  test.each([
    ['error', { status: 500 }],
    ['timeout', { ms: 20 }],
    ['lost_reply', { ms: 20 }],
  ])(
    'with Twilio answering by %s, is nobody’s at once, and falls silent by itself',
    async (kind, more) => {
      const line = await aLine(world)
      await fault(world, 'twilio', 'incomingPhoneNumbers.update', kind, { ...more, times: 999 })

      const released = await line.organization.release()
      const [call, text] = [await callTo(line.number), await textTo(line.number)]
      await control(world, 'DELETE', 'faults')
      await world.sql('update phone_numbers set sync_due_at = now() where phone_number = $1', [
        line.number,
      ])
      await sync()

      // A lost reply has changed the number all the same: a second look within the request finds that.
      expect(kind === 'lost_reply' ? [200, 202] : [202]).toContain(released.status)
      expect(JSON.stringify(call)).not.toContain(line.name)
      expect(text.status).toBe(404)
      expect(JSON.stringify(await callTo(line.number))).toContain('not in service')
      expect(await notifications(world, '?status=pending')).toEqual([])
    },
  )

  test('by nobody of its organization, stays where it is', async () => {
    const line = await aLine(world)
    const [stranger, member] = [await aUser(world), await aUser(world)]
    const other = await aLine(world)
    await request(world.origin, 'POST', `/api/organizations/${line.id}/members`, {
      token: ADMIN,
      body: { userId: member.id },
    })
    const by = (token: string, organizationId = line.id) =>
      givingOf(world, line.number, { token, organizationId })

    for (const what of ['release', 'restore'] as const) {
      expectProblem(await by(stranger.token)[what](), 404, 'organization_not_found')
      expectProblem(await by(member.token)[what](), 403, 'role_required')
      expectProblem(await by(other.token, other.id)[what](), 404, 'phone_number_not_found')
      expectProblem(await by(ADMIN, other.id)[what](), 404, 'phone_number_not_found')
      // The same holds in quarantine.
      await line.organization.release()
    }

    expect(await rowOf(world, line.number)).toMatchObject({ status: 'quarantined' })
    expectProblem(await by(other.token, other.id).release(), 404, 'phone_number_not_found')
    expect((await callTo(other.number)).agentSaid).toContain(other.name)
  })

  test.each(['+16045559599', '+16045550000'])(
    '%s that is not ours, is not found',
    async (number) => {
      expectProblem(await givingOf(world, number).release(), 404, 'phone_number_not_found')
      expectProblem(await givingOf(world, number).restore(), 404, 'phone_number_not_found')
    },
  )

  test('of a suspended organization, waits with its return until that is resumed', async () => {
    const line = await aLine(world)
    const setStatus = (status: string) =>
      request(world.origin, 'PATCH', `/api/organizations/${line.id}`, {
        token: ADMIN,
        body: { status },
      })
    await line.admin.release()
    await setStatus('suspended')

    expectProblem(await line.organization.restore(), 409, 'organization_suspended')
    expectProblem(await line.admin.restore(), 409, 'organization_suspended')

    await setStatus('active')
    expect((await line.admin.restore()).status).toBe(200)
    expect((await callTo(line.number)).agentSaid).toContain(line.name)
  })

  test('that an order works on at this moment, is refused as busy, and not lost', async () => {
    const line = await aLine(world)
    await world.sql(
      `insert into number_orders (organization_id, cause, country, step, phone_number_id, lease_token, lease_until)
       select $1, 'manual', 'CA', 'sync', id, gen_random_uuid(), now() + interval '1 minute' from phone_numbers where phone_number = $2`,
      [line.id, line.number],
    )

    const refused = await line.organization.release()
    await world.sql('update number_orders set lease_until = now() where lease_until is not null')
    const released = await line.organization.release()

    expectProblem(refused, 409, 'busy')
    expect(released.status).toBe(200)
    const orders = await world.sql(
      "select status from number_orders where organization_id = $1 and cause = 'manual'",
      [line.id],
    )
    expect(orders).toEqual([{ status: 'canceled' }])
  })

  test('before its settings were ever verified, is live after its return only once they are', async () => {
    await fault(world, 'twilio', 'incomingPhoneNumbers.fetch', 'error', { status: 400, times: 99 })
    const line = await aLine(world)
    expect((await rowOf(world, line.number)).status).toBe('imported')
    await line.organization.release()

    await line.organization.restore()
    const unverified = await one(line.id)
    await control(world, 'DELETE', 'faults')
    const [order] = await world.sql<{ id: string }>(
      "select id from number_orders where organization_id = $1 and status = 'needs_attention'",
      [line.id],
    )
    await request(world.origin, 'POST', `/api/admin/orders/${order?.id}/retry`, { token: ADMIN })
    await runOrders(world)

    expect(unverified).toMatchObject({ phoneNumberStatus: 'pending', readyToUse: false })
    expect(await one(line.id)).toMatchObject({ phoneNumber: line.number, readyToUse: true })
    expect((await callTo(line.number)).agentSaid).toContain(line.name)
    await sync()
  })

  test('whose purchase is not confirmed, is refused', async () => {
    await world.sql(
      "insert into phone_numbers (phone_number, country, status) values ('+16045559598', 'CA', 'purchasing')",
    )

    expectProblem(await givingOf(world, '+16045559598').release(), 409, 'wrong_state')
    expectProblem(await givingOf(world, '+16045559598').restore(), 409, 'wrong_state')
  })

  test('released and restored ten times at once, ends outside as it is inside', async () => {
    const line = await aLine(world)

    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        index % 2 === 0 ? line.organization.release() : line.admin.restore(),
      ),
    )
    await world.sql('update phone_numbers set sync_due_at = now() where sync_due_at is not null')
    await expect
      .poll(async () => {
        await sync()
        return (await rowOf(world, line.number)).sync_due_at
      })
      .toBeNull()

    for (const { status } of answers) expect([200, 202]).toContain(status)
    const { status } = await rowOf(world, line.number)
    const call = await callTo(line.number)
    if (status === 'assigned') expect(call.agentSaid).toContain(line.name)
    else expect(JSON.stringify(call)).toContain('not in service')
    const open = await world.sql(
      'select 1 from organization_phone_numbers where organization_id = $1 and ended_at is null',
      [line.id],
    )
    expect(open).toHaveLength(status === 'assigned' ? 1 : 0)
  })

  test('and assigned to others at once, never has two holders', async () => {
    const number = await aPoolNumber(world)
    const organizations = await Promise.all(
      Array.from(
        { length: 4 },
        async () => (await signUp(world, { provisionPhone: false })).organization.id,
      ),
    )
    const giving = givingOf(world, number)

    await Promise.all([
      ...organizations.map((id) => assign(world, number, id)),
      giving.release(),
      giving.release(),
      giving.restore(),
    ])

    const holders = await world.sql(
      `select 1 from organization_phone_numbers h join phone_numbers p on p.id = h.phone_number_id
       where p.phone_number = $1 and h.ended_at is null`,
      [number],
    )
    const { status } = await rowOf(world, number)
    expect(holders).toHaveLength(status === 'assigned' ? 1 : 0)
  })
})

describe('a number whose import waits for a person', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { ELEVENLABS_IMPORT: 'manual' } })
  })
  afterAll(() => stopWithCleanLogs(world))

  test('released, has its order canceled; restored, its import waits again', async () => {
    const { organization } = await signUp(world)
    await runOrders(world)
    const number = await numberOf(world, organization.id)
    const giving = givingOf(world, number)

    const released = await giving.release()
    const waiting = await notifications(world, '?type=elevenlabs_import_required&status=pending')
    const restored = await giving.restore()

    expect(released).toMatchObject({ status: 200, body: { status: 'quarantined' } })
    expect(waiting).toEqual([])
    expect(restored).toMatchObject({ status: 202, body: { status: 'purchased' } })
    expect(await numberOf(world, organization.id)).toBe(number)
    const activated = await request(
      world.origin,
      'POST',
      `/api/admin/phone-numbers/${number}/activate`,
      { token: ADMIN, body: { elevenLabsPhoneId: await importInDashboard(world, number) } },
    )
    expect(activated).toMatchObject({ status: 200, body: { status: 'assigned' } })
    expect((await stateAtCarriers(world, number)).elevenlabs).toBeDefined()
  })
})
