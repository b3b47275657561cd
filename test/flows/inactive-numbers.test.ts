import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aLine } from '../support/quarantine.ts'
import { ADMIN, control, notifications, request } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const CUSTOMER = '+16045559520'

describe('a number that nobody uses', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => world.stop())

  const run = () => world.context.phoneNumbers.reportInactive(new AbortController().signal, {})
  const notificationsOf = async (number: string) =>
    (await notifications(world, '?type=inactive_number')).filter((n) => n.phone_number === number)
  /** Days in which nothing happened. */
  const pass = async (days: number, number: string) => {
    const of = 'phone_number_id = (select id from phone_numbers where phone_number = $1)'
    const ago = `- interval '${days} days'`
    await world.sql(
      `update organization_phone_numbers set assigned_at = assigned_at ${ago} where ${of}`,
      [number],
    )
    await world.sql(
      `update phone_numbers set last_traffic_at = last_traffic_at ${ago} where phone_number = $1`,
      [number],
    )
  }

  test('is told of once, and no more when it is used again', async () => {
    const line = await aLine(world)
    const busy = await aLine(world)
    await pass(91, line.number)
    await pass(89, busy.number)

    await run()
    await run()

    const reported = await notificationsOf(line.number)
    expect(reported).toMatchObject([
      { status: 'pending', occurrences: 1, organization_id: line.id, phone_number: line.number },
    ])
    expect(reported[0]?.message).toContain(`POST /api/admin/phone-numbers/${line.number}/release`)
    expect(await notificationsOf(busy.number)).toEqual([])

    await control(world, 'POST', 'sms', { from: CUSTOMER, to: line.number, body: 'Hello' })
    await run()

    expect(await notificationsOf(line.number)).toMatchObject([{ status: 'resolved' }])
    await pass(91, line.number)
    await run()
    expect(await notificationsOf(line.number)).toMatchObject([
      { status: 'pending' },
      { status: 'resolved' },
    ])
  })

  test('dismissed by a person, is not told of again', async () => {
    const line = await aLine(world)
    await pass(91, line.number)
    await run()
    const [reported] = await notificationsOf(line.number)
    await request(world.origin, 'POST', `/api/admin/notifications/${reported?.id}/resolve`, {
      token: ADMIN,
    })

    await run()

    expect(await notificationsOf(line.number)).toMatchObject([{ status: 'resolved' }])
  })

  test.each<[string, (line: { id: string; number: string }) => Promise<unknown>]>([
    ['called', ({ number }) => control(world, 'POST', 'calls', { from: CUSTOMER, to: number })],
    [
      'called from',
      ({ id }) =>
        request(world.origin, 'POST', '/api/elevenlabs/outbound-call', {
          token: ADMIN,
          body: { organizationId: id, phoneNumber: CUSTOMER },
        }),
    ],
  ])('but that is %s, is not told of', async (_use, use) => {
    const line = await aLine(world)
    await pass(91, line.number)
    await use(line)

    await run()

    expect(await notificationsOf(line.number)).toEqual([])
  })

  test('and is given up, is told of no more', async () => {
    const line = await aLine(world)
    await pass(91, line.number)
    await run()

    await line.organization.release()
    await run()

    expect(await notificationsOf(line.number)).toMatchObject([{ status: 'resolved' }])
    await line.organization.restore()
    await run()
    expect(await notificationsOf(line.number)).toMatchObject([{ status: 'resolved' }])
  })
})
