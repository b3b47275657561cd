import { afterEach, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { aLine, rowOf } from '../support/quarantine.ts'
import {
  atCarriers,
  control,
  fault,
  notifications,
  runOrders,
  signUp,
  tickOrders,
} from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const { signal } = new AbortController()
const worlds: World[] = []
async function aWorld(settings: Record<string, string> = {}) {
  const world = await startWorld({
    timings: { accountPauseMs: 600_000 },
    settings,
  })
  worlds.push(world)
  return world
}
afterEach(async () => {
  for (const world of worlds.splice(0)) await stopWithCleanLogs(world)
})

const pause = (world: World, carrier: 'twilio' | 'elevenlabs') =>
  world.sql(
    `insert into carrier_pauses (carrier, until, reason, refused_order)
     values ($1, now() + interval '1 hour', 'refused', true)`,
    [carrier],
  )
const ordersOf = (world: World) =>
  world.sql<{ step: string; status: string; attempts: number }>(
    'select step, status, attempts from number_orders order by created_at',
  )
const requestsTo = async (world: World, carrier: 'twilio' | 'elevenlabs') =>
  (await atCarriers(world)).requests[carrier] as Record<string, number>

describe('while ElevenLabs refuses our account', () => {
  test('a number that this server answers, is bought and set up', async () => {
    const world = await aWorld({ INBOUND_VOICE: 'server' })
    await world.sql("update deployment set inbound_voice = 'server'")
    await pause(world, 'elevenlabs')

    const { organization } = await signUp(world)

    expect(organization).toMatchObject({ phoneNumberStatus: 'active', readyToUse: true })
    expect(await world.sql('select carrier from carrier_pauses')).toEqual([
      { carrier: 'elevenlabs' },
    ])
  })

  test('a number that it is to answer, is bought, and waits for its import without asking it', async () => {
    const world = await aWorld()
    await pause(world, 'elevenlabs')
    const before = await requestsTo(world, 'elevenlabs')

    const { organization } = await signUp(world)

    expect(organization.phoneNumber).toMatch(/^\+1/)
    expect(await ordersOf(world)).toEqual([{ step: 'import', status: 'running', attempts: 0 }])
    await tickOrders(world)
    expect(await requestsTo(world, 'elevenlabs')).toEqual(before)
    await world.sql('update carrier_pauses set until = now()')
    await world.sql('update number_orders set next_run_at = now()')
    await runOrders(world)
    expect(await ordersOf(world)).toMatchObject([{ status: 'done' }])
  })

  test('a number that is given up, falls silent', async () => {
    const world = await aWorld()
    const line = await aLine(world)
    await pause(world, 'elevenlabs')

    await line.organization.release()

    expect((await rowOf(world, line.number)).sync_due_at).toBeNull()
  })

  test('numbers that need it wait, and those that do not are synced in the same turn', async () => {
    const world = await aWorld()
    const [needs, silent] = [await aLine(world), await aLine(world)]
    await silent.organization.release()
    await world.sql("update phone_numbers set sync_due_at = now() - interval '1 second'")
    await fault(world, 'elevenlabs', 'phoneNumbers.get', 'error', { status: 401, times: 9 })

    await world.context.phoneNumbers.syncDue.tick(signal)

    expect((await rowOf(world, silent.number)).sync_due_at).toBeNull()
    expect((await rowOf(world, needs.number)).sync_due_at).not.toBeNull()
  })
})

describe('while Twilio refuses our account', () => {
  test('an order that is to import, does so, and waits for its settings', async () => {
    const world = await aWorld()
    await fault(world, 'elevenlabs', 'phoneNumbers.create', 'error', { status: 429, times: 1 })
    await tickOrders(world)
    await pause(world, 'elevenlabs')
    await signUp(world)
    await world.sql('update carrier_pauses set until = now()')
    await control(world, 'DELETE', 'faults')
    await pause(world, 'twilio')
    await world.sql('update number_orders set next_run_at = now()')

    await tickOrders(world)

    expect(await ordersOf(world)).toEqual([{ step: 'sync', status: 'running', attempts: 0 }])
  })
})

describe('a 403 of ElevenLabs about one number', () => {
  test('stops that one, told to a person, and no other', async () => {
    const world = await aWorld()
    await fault(world, 'elevenlabs', 'phoneNumbers.create', 'error', { status: 403, times: 1 })

    await signUp(world)
    const other = await signUp(world)

    expect(other.organization).toMatchObject({ phoneNumberStatus: 'active' })
    const reported = (await notifications(world, '?status=pending')).map(({ type }) => type)
    expect(reported).toEqual(['elevenlabs_import_required'])
  })
})

describe('what fails for ever in the database', () => {
  const refuse = (world: World, table: string, when: string) =>
    world.sql(
      `create function orgline.refuse() returns trigger language plpgsql as
         'begin raise exception ''poisoned''; end';
       create trigger refuse before update on orgline.${table} for each row when (${when})
         execute function orgline.refuse()`,
    )

  test.each([
    ['bought', "old.status = 'purchasing' and new.status = 'purchased'"],
    ['imported', "old.status = 'purchased' and new.status = 'imported'"],
    ['synced', "old.status = 'imported' and new.status = 'assigned'"],
  ])(
    'an order that cannot be recorded as %s, uses up its attempts, and a person is told',
    async (_step, when) => {
      const world = await aWorld({ ORDER_MAX_ATTEMPTS: '3' })
      await refuse(world, 'phone_numbers', when)

      await signUp(world)
      await runOrders(world)

      expect(await ordersOf(world)).toMatchObject([{ status: 'needs_attention' }])
      const reported = (await notifications(world, '?status=pending')).map(({ type }) => type)
      expect(reported.filter((type) => type !== 'phone_setup_failed')).toHaveLength(1)
      expect((await atCarriers(world)).twilio.numbers).toHaveLength(1)
    },
  )

  test('a number whose settings cannot be recorded, is told, and keeps no other from being synced', async () => {
    const world = await aWorld()
    const [poisoned, other] = [await aLine(world), await aLine(world)]
    await refuse(
      world,
      'phone_numbers',
      `new.phone_number = '${poisoned.number}' and new.sync_attempts = 0 and old.sync_attempts > 0`,
    )
    await world.sql(
      "update phone_numbers set sync_due_at = now() - case when phone_number = $1 then interval '2 s' else interval '1 s' end",
      [poisoned.number],
    )

    await world.context.phoneNumbers.syncDue.tick(signal).catch(() => {})

    expect((await rowOf(world, other.number)).sync_due_at).toBeNull()
    expect(await notifications(world, '?status=pending&type=phone_setup_failed')).toMatchObject([
      { phone_number: poisoned.number },
    ])
  })
})
