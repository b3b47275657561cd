import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createContext } from '../../src/server/context.ts'
import { OPERATOR } from '../support/actors.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { buyAtTwilio } from '../support/manual.ts'
import { aLine, endQuarantine, releaseDue, rowOf, syncDue } from '../support/quarantine.ts'
import { findingsOf, inTwilioConsole, numberAtTwilio } from '../support/reconcile.ts'
import {
  ADMIN,
  control,
  fault,
  notifications,
  request,
  runOrders,
  signUp,
} from '../support/requests.ts'
import { anotherServer } from '../support/servers.ts'
import { startWorld, type World } from '../support/world.ts'

const UNKNOWN = '7f0f0f4e-6b0e-4b8e-9c5e-0d6a1d1f2a3b'

describe('the mark of a quarantine', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterEach(() => control(world, 'DELETE', 'faults'))
  afterAll(() => stopWithCleanLogs(world))

  const smsUrlOf = async (number: string): Promise<string> =>
    (await numberAtTwilio(world, number)).sms_url
  const markOf = async (number: string) =>
    new URL(await smsUrlOf(number)).searchParams.get('quarantine')
  const notificationsOf = async (number: string) =>
    (await notifications(world, '?type=reconcile_findings&status=pending')).filter(
      (row) => row.phone_number === number,
    )
  const makeDue = (number: string) =>
    world.sql('update phone_numbers set sync_due_at = now() where phone_number = $1', [number])
  /** The quarantine began so many hours ago. */
  const age = (number: string, hours: number) =>
    world.sql(
      `with aged as (update organization_phone_numbers h set ended_at = h.ended_at - make_interval(hours => $2)
         from phone_numbers p where p.id = h.phone_number_id and p.phone_number = $1 and h.ended_at = p.quarantined_at)
       update phone_numbers set quarantined_at = quarantined_at - make_interval(hours => $2) where phone_number = $1`,
      [number, hours],
    )
  /** Given up while Twilio changes nothing. */
  const givenUpUnseen = async () => {
    const line = await aLine(world)
    await fault(world, 'twilio', 'incomingPhoneNumbers.update', 'error', { status: 503, times: 99 })
    await line.organization.release()
    await control(world, 'DELETE', 'faults')
    expect(await markOf(line.number)).toBeNull()
    return line
  }

  test('that could not be written, is written within a day', async () => {
    const line = await givenUpUnseen()
    await age(line.number, 23)

    await makeDue(line.number)
    await syncDue(world)

    expect(await markOf(line.number)).not.toBeNull()
    expect(await notificationsOf(line.number)).toEqual([])
  })

  test('that could not be written for a day, is written by nobody, and a person is told', async () => {
    const line = await givenUpUnseen()
    await age(line.number, 25)
    const before = await numberAtTwilio(world, line.number)

    await makeDue(line.number)
    await syncDue(world)
    await findingsOf(world, 'repair')

    expect(await numberAtTwilio(world, line.number)).toEqual(before)
    expect(await notificationsOf(line.number)).toHaveLength(1)
  })

  test('removed after it was seen, is written by nobody; put back, the number goes on by itself', async () => {
    const line = await aLine(world)
    await line.organization.release()
    const marked = await smsUrlOf(line.number)
    await inTwilioConsole(world, line.number, { SmsUrl: marked.replace(/\?[^#]*/, '') })
    const before = await numberAtTwilio(world, line.number)

    await makeDue(line.number)
    await syncDue(world)
    expect(await findingsOf(world, 'repair', [line.number])).toMatchObject([
      { class: 'in_doubt', action: 'none' },
    ])
    expect(await numberAtTwilio(world, line.number)).toEqual(before)
    const { body } = await request(
      world.origin,
      'GET',
      `/api/admin/routes/explain?to=${encodeURIComponent(line.number)}`,
      { token: ADMIN },
    )
    expect(body.steps).toContainEqual(
      expect.objectContaining({ step: 'carriers', result: 'left_alone' }),
    )
    expect(body.routing.verified).toBe(false)

    await inTwilioConsole(world, line.number, { SmsUrl: marked })
    await findingsOf(world, 'repair')
    expect(await notificationsOf(line.number)).toEqual([])
    await syncDue(world)
    await endQuarantine(world, line.number)
    await releaseDue(world)
    expect((await rowOf(world, line.number)).status).toBe('released')
  })

  test('that a number never had, given up before there were any, keeps it from being released', async () => {
    const line = await aLine(world)
    await line.organization.release()
    await world.sql('update phone_numbers set quarantine_id = null where phone_number = $1', [
      line.number,
    ])
    await inTwilioConsole(world, line.number, {
      SmsUrl: (await smsUrlOf(line.number)).replace(/\?[^#]*/, ''),
    })
    await endQuarantine(world, line.number)

    await releaseDue(world)

    expect((await rowOf(world, line.number)).status).toBe('quarantined')
    expect((await notificationsOf(line.number))[0]?.message).toContain('before numbers were marked')
    await line.admin.restore()
    await line.admin.release()
    expect(await markOf(line.number)).not.toBeNull()
  })

  test('stays when PUBLIC_URL moves', async () => {
    const line = await aLine(world)
    await findingsOf(world, 'repair')
    await line.organization.release()
    const mark = await markOf(line.number)
    const moved = createContext(
      { ...world.config, publicUrl: 'https://moved.example.com' },
      { log: world.context.log },
    )
    onTestFinished(async () => {
      await world.context.reconcile.reconcile.now(OPERATOR, 'repair', true)
      await moved.db.close()
    })

    await moved.reconcile.reconcile.now(OPERATOR, 'repair', true)
    await moved.phoneNumbers.syncDue.tick(new AbortController().signal)

    const url = new URL(await smsUrlOf(line.number))
    expect(url.host).toBe('moved.example.com')
    expect(url.searchParams.get('quarantine')).toBe(mark)
  })

  test('that an order meets and does not know, stops it until a person decides', async () => {
    await fault(world, 'twilio', 'availablePhoneNumbers.list', 'error', { status: 429, times: 99 })
    const { origin, context } = await anotherServer(world, { signupWaitMs: 0 })
    const { organization } = await signUp({ ...world, origin })
    await context.background.empty()
    const [order] = await world.sql<{ id: string; tag: string }>(
      `select id, 'orgline:' || (select id from deployment) || ':' || id as tag from number_orders
       where organization_id = $1`,
      [organization.id],
    )
    const { phoneNumber } = await buyAtTwilio(world, {
      FriendlyName: order?.tag ?? '',
      SmsUrl: `${world.origin}/api/webhooks/twilio/sms?quarantine=${UNKNOWN}`,
    })
    await control(world, 'DELETE', 'faults')

    await runOrders(world)

    expect(await markOf(phoneNumber)).toBe(UNKNOWN)
    const reported = await notifications(world, '?status=pending')
    expect(
      reported.filter((row) => row.phone_number === phoneNumber).map(({ type }) => type),
    ).toEqual(expect.arrayContaining(['order_needs_attention', 'reconcile_findings']))
    const admin = (path: string) =>
      request(world.origin, 'POST', `/api/admin/${path}`, { token: ADMIN })
    await admin(`phone-numbers/${phoneNumber}/restore`)
    await admin(`orders/${order?.id}/retry`)
    await runOrders(world)
    expect((await rowOf(world, phoneNumber)).status).toBe('assigned')
    expect(await markOf(phoneNumber)).toBeNull()
    expect(await notificationsOf(phoneNumber)).toEqual([])
  })
})
