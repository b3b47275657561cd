import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createContext } from '../../src/server/context.ts'
import { OPERATOR } from '../support/actors.ts'
import { ADMIN, atCarriers, aUser, request, runOrders, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('many at once', () => {
  let world: World
  beforeAll(async () => {
    // All of them are the operator's, and wait for their turns however busy the machine is.
    world = await startWorld({
      settings: { DATABASE_POOL_SIZE: '20', DATABASE_TIMEOUT_MS: '60000' },
    })
  })
  afterAll(() => world.stop())

  test('50 parallel sign-ups get 50 different numbers, each bought once', async () => {
    const before = await atCarriers(world)

    const signUps = await Promise.all(Array.from({ length: 50 }, () => signUp(world)))
    await runOrders(world)

    expect(signUps.map(({ answer }) => answer.status)).toEqual(Array(50).fill(201))
    const rows = await world.sql<{ phone_number: string }>(
      `select p.phone_number from organization_phone_numbers h join phone_numbers p on p.id = h.phone_number_id
       where h.organization_id = any ($1) and h.is_active and p.status = 'assigned'`,
      [signUps.map(({ organization }) => organization.id)],
    )
    expect(new Set(rows.map((row) => row.phone_number)).size).toBe(50)
    const after = await atCarriers(world)
    expect(after.twilio.spent - before.twilio.spent).toBe(50_000_000)
    expect(after.elevenlabs.phoneNumbers.length - before.elevenlabs.phoneNumbers.length).toBe(50)
  })

  test('two servers on one database, working on the same orders, buy each once', async () => {
    const before = await atCarriers(world)
    const other = createContext(world.config, { log: world.context.log })
    const orders = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const { organization } = await signUp(world, { provisionPhone: false })
        return world.context.phoneNumbers.orders.create(OPERATOR, {
          id: randomUUID(),
          organizationId: organization.id,
          country: 'CA',
          areaCode: '778',
          areaCodeOnly: false,
        })
      }),
    )
    const signal = new AbortController().signal

    await Promise.all([
      world.context.phoneNumbers.runner.tick(signal),
      other.phoneNumbers.runner.tick(signal),
      other.phoneNumbers.runner.tick(signal),
    ])
    await runOrders(world)
    await other.db.close()

    const done = await world.sql(
      "select count(*)::int as n from number_orders where id = any ($1) and status = 'done'",
      [orders],
    )
    expect(done).toEqual([{ n: 12 }])
    expect((await atCarriers(world)).twilio.spent - before.twilio.spent).toBe(12_000_000)
  })

  test('one user, signing up with one slug 8 times at once, gets one organization and one number', async () => {
    const before = await atCarriers(world)
    const { token } = await aUser(world)

    const answers = await Promise.all(
      Array.from({ length: 8 }, () => signUp(world, { slug: 'double-click' }, token)),
    )

    const statuses = answers.map(({ answer }) => answer.status).sort()
    expect(statuses).toEqual([201, ...Array(7).fill(409)])
    expect((await atCarriers(world)).twilio.spent - before.twilio.spent).toBe(1_000_000)
  })

  test('one number, activated and retried at the same time, stays with its organization', async () => {
    const { organization } = await signUp(world)
    const [number] = await world.sql<{ elevenlabs_phone_id: string }>(
      'select elevenlabs_phone_id from phone_numbers where phone_number = $1',
      [organization.phoneNumber],
    )
    const activate = () =>
      request(
        world.origin,
        'POST',
        `/api/admin/phone-numbers/${organization.phoneNumber}/activate`,
        {
          token: ADMIN,
          body: { elevenLabsPhoneId: number?.elevenlabs_phone_id },
        },
      )

    const answers = await Promise.all([activate(), activate(), activate()])

    // Whoever has left it to another of them has not seen it verified.
    const statuses = answers.map(({ status }) => status)
    expect(statuses).toContain(200)
    expect(statuses.filter((status) => status !== 200)).toEqual(
      statuses.filter((status) => status === 202),
    )
    const holders = await world.sql(
      'select organization_id from organization_phone_numbers h join phone_numbers p on p.id = h.phone_number_id where p.phone_number = $1 and h.ended_at is null',
      [organization.phoneNumber],
    )
    expect(holders).toEqual([{ organization_id: organization.id }])
  })
})
