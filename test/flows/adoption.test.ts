import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { aPoolNumber, assign, buyAtTwilio, enter, numberOf } from '../support/manual.ts'
import { aConversation, postCall } from '../support/post-call.ts'
import {
  aLine,
  endQuarantine,
  givingOf,
  releaseDue,
  rowOf,
  stateAtCarriers,
  syncDue,
} from '../support/quarantine.ts'
import {
  duringTheList,
  findingsOf,
  forget,
  inTwilioConsole,
  numberAtTwilio,
} from '../support/reconcile.ts'
import { control, notifications, runOrders } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('a number that the account has and the database does not', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  const notificationsOf = async (number: string) =>
    (await notifications(world, '?type=reconcile_findings&status=pending')).filter(
      (row) => row.phone_number === number,
    )
  const orderOf = async (number: string) =>
    (await numberAtTwilio(world, number)).friendly_name.split(':')[2] as string
  /** What these tables say of a number that was released, or never bought. */
  const recordAs = (number: string, status: 'released' | 'failed') =>
    world.sql(
      `with ended as (update organization_phone_numbers h set ended_at = now(), is_active = false
         from phone_numbers p where p.id = h.phone_number_id and p.phone_number = $1 and h.ended_at is null)
       update phone_numbers set status = $2, release_at = null, sync_due_at = null where phone_number = $1`,
      [number, status],
    )
  const markOf = async (number: string) =>
    new URL((await numberAtTwilio(world, number)).sms_url).searchParams.get('quarantine')

  test('bought by an order that is finished, goes into quarantine, and a person is told whose it may be', async () => {
    const line = await aLine(world)
    const order = await orderOf(line.number)
    await forget(world, line.number)

    expect(await findingsOf(world, 'repair', [line.number])).toMatchObject([
      { class: 'orphan_paid', action: 'adopted', organizationId: null },
    ])

    expect(await rowOf(world, line.number)).toMatchObject({ status: 'quarantined' })
    expect(await markOf(line.number)).toMatch(/^[0-9a-f-]{36}$/)
    const called = await control(world, 'POST', 'calls', { from: '+16045559771', to: line.number })
    expect(called.agentSaid).toContain('not in service')
    const [reported, ...more] = await notificationsOf(line.number)
    expect(more).toEqual([])
    expect(reported).toMatchObject({ organization_id: line.id })
    for (const fact of [line.number, order, line.name, `${line.number}/restore`, '/assign'])
      expect(reported?.message).toContain(fact)
  })

  test('of whose call ElevenLabs has told already, has that told again at once, and its cost on the bill', async () => {
    const line = await aLine(world)
    await forget(world, line.number)
    const conversation = aConversation({
      agent_id: world.config.elevenLabs.agentId,
      phone: { agent_number: line.number, external_number: '+16045559772' },
    })
    const reported = await postCall(world, conversation)

    await findingsOf(world, 'repair')
    await world.context.calls.callWatch.tick(new AbortController().signal)

    expect(reported.body).toEqual({ result: 'deferred' })
    expect(
      await world.sql('select price from carrier_charges where sid = $1', [
        conversation.data.conversation_id,
      ]),
    ).toEqual([{ price: '20000' }])
  })

  test('and that is wanted, is restored into the pool, and assigned', async () => {
    const line = await aLine(world)
    await forget(world, line.number)
    await findingsOf(world, 'repair')

    await givingOf(world, line.number).restore()
    await runOrders(world)
    await assign(world, line.number, line.id)

    expect(await numberOf(world, line.id)).toBe(line.number)
    expect(await notificationsOf(line.number)).toEqual([])
    expect(await markOf(line.number)).toBeNull()
    await runOrders(world)
  })

  test('and that nobody wants, is released when its quarantine is over', async () => {
    const line = await aLine(world)
    await forget(world, line.number)
    await findingsOf(world, 'repair')
    await endQuarantine(world, line.number)

    await releaseDue(world)

    expect((await rowOf(world, line.number)).status).toBe('released')
    expect(await stateAtCarriers(world, line.number)).toEqual({
      twilio: undefined,
      elevenlabs: undefined,
    })
    expect(await notificationsOf(line.number)).toEqual([])
  })

  test('and that carries the mark of a quarantine, is not released, until a person decides', async () => {
    const line = await aLine(world)
    await line.organization.release()
    const mark = await markOf(line.number)
    await forget(world, line.number)

    await findingsOf(world, 'repair')
    await syncDue(world)
    await endQuarantine(world, line.number)
    await releaseDue(world)

    expect((await rowOf(world, line.number)).status).toBe('quarantined')
    expect(await markOf(line.number)).toBe(mark)
    await givingOf(world, line.number).restore()
    await runOrders(world)
    expect(await markOf(line.number)).toBeNull()
    expect(await notificationsOf(line.number)).toEqual([])
  })

  test('since it is recorded as released, goes into quarantine, its old mark replaced', async () => {
    const line = await aLine(world)
    await line.organization.release()
    const old = await markOf(line.number)
    await recordAs(line.number, 'released')

    expect(await findingsOf(world, 'repair', [line.number])).toMatchObject([
      { class: 'orphan_paid', action: 'adopted' },
    ])

    expect(await markOf(line.number)).not.toBe(old)
    expect(await notificationsOf(line.number)).toHaveLength(1)
    await endQuarantine(world, line.number)
    await releaseDue(world)
    expect((await rowOf(world, line.number)).status).toBe('released')
  })

  test('since it is recorded as released, is still one number, paid for once', async () => {
    const line = await aLine(world)
    await line.organization.release()
    await endQuarantine(world, line.number)
    await recordAs(line.number, 'released')
    await world.sql(
      'update phone_numbers set released_at = clock_timestamp(), releasing_at = now() where phone_number = $1',
      [line.number],
    )

    await findingsOf(world, 'repair')

    const charges = await world.sql(
      `select c.charged_at from phone_numbers p
       cross join private.number_charges(date_trunc('month', now()), date_trunc('month', now()) + interval '1 month', array[p.id]) c
       where p.twilio_phone_sid = $1 and c.phone_number_id = p.id`,
      [(await numberAtTwilio(world, line.number)).sid],
    )
    expect(charges).toHaveLength(1)
    expect(await rowOf(world, line.number)).toMatchObject({
      status: 'quarantined',
      releasing_at: null,
      released_at: null,
    })
  })

  test.each(['released', 'failed'] as const)(
    'and that is untagged, but has the SID of one recorded as %s, goes into quarantine',
    async (status) => {
      const number = await aPoolNumber(world)
      await recordAs(number, status)

      expect(await findingsOf(world, 'repair', [number])).toMatchObject([
        { class: 'orphan_paid', action: 'adopted' },
      ])

      expect(await rowOf(world, number)).toMatchObject({ status: 'quarantined' })
      expect((await notificationsOf(number))[0]?.message).toContain(`${number}/restore`)
      expect(await findingsOf(world, 'repair', [number])).toEqual([])
    },
  )

  test('and that is untagged, and never was ours, is named and not touched', async () => {
    const { phoneNumber } = await buyAtTwilio(world)
    const before = await numberAtTwilio(world, phoneNumber)

    expect(await findingsOf(world, 'repair', [phoneNumber])).toMatchObject([
      { class: 'foreign', action: 'none' },
    ])

    expect(await numberAtTwilio(world, phoneNumber)).toEqual(before)
    await inTwilioConsole(world, phoneNumber, 'release')
  })

  test('because it was released, and another order has bought it since, is not taken for the former one', async () => {
    const line = await aLine(world)
    const [row] = await world.sql<{ id: string }>('select id from deployment')
    await inTwilioConsole(world, line.number, 'release')
    await buyAtTwilio(world, {
      PhoneNumber: line.number,
      FriendlyName: `orgline:${row?.id}:${randomUUID()}`,
    })
    const before = await numberAtTwilio(world, line.number)

    expect(await findingsOf(world, 'repair', [line.number])).toMatchObject([
      { class: 'foreign', action: 'marked', organizationId: line.id },
    ])
    expect(await numberAtTwilio(world, line.number)).toEqual(before)

    await line.admin.release()
    await endQuarantine(world, line.number)
    await releaseDue(world)
    expect((await rowOf(world, line.number)).status).toBe('released')
    expect((await numberAtTwilio(world, line.number)).sid).toBe(before.sid)
    expect(await findingsOf(world, 'repair', [line.number])).toMatchObject([
      { class: 'orphan_paid', action: 'adopted' },
    ])
  })

  test('because it is released while the list is made, is no finding', async () => {
    const line = await aLine(world)
    const manual = (await buyAtTwilio(world)).phoneNumber
    await enter(world, { phoneNumber: manual })
    await line.organization.release()
    await givingOf(world, manual).release()

    const swept = await duringTheList(world, 'hold_after', async () => {
      await endQuarantine(world, line.number, manual)
      await releaseDue(world)
    })

    const { findings } = swept.body.report
    expect(
      findings.filter((each: { phoneNumber: string }) =>
        [line.number, manual].includes(each.phoneNumber),
      ),
    ).toEqual([])
    expect((await rowOf(world, manual)).status).toBe('released')
  })
})
