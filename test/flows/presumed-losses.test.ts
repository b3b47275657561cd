import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { aLine, endQuarantine, releaseDue } from '../support/quarantine.ts'
import { findingsOf, reconcile } from '../support/reconcile.ts'
import {
  ADMIN,
  atCarriers,
  control,
  fault,
  notifications,
  request,
  tickOrders,
} from '../support/requests.ts'
import { syncAll } from '../support/voice-modes.ts'
import { startWorld, type World } from '../support/world.ts'
import { eleven } from '../twins/support.ts'

/** As many as a deployment of so many numbers may lose by what a carrier says, and it is no accident yet. */
const ALL = 6
const FEW = 2

describe('numbers of which a carrier says, one after the other, that they are gone', () => {
  let world: World
  let numbers: string[]
  beforeEach(async () => {
    world = await startWorld()
    numbers = []
    for (let each = 0; each < ALL; each += 1) numbers.push((await aLine(world)).number)
  })
  afterEach(async () => {
    await control(world, 'DELETE', 'faults')
    await stopWithCleanLogs(world)
  })

  const { signal } = new AbortController()
  const makeDue = () => world.sql('update phone_numbers set sync_due_at = now()')
  const syncOnce = () => world.context.phoneNumbers.syncDue.tick(signal)
  const gone = () => world.sql("select 1 from phone_numbers where import_state = 'gone'")
  const ids = () =>
    world.sql('select phone_number, elevenlabs_phone_id from phone_numbers order by phone_number')
  const imports = async () => (await atCarriers(world)).elevenlabs.phoneNumbers
  const reported = async () =>
    (await notifications(world, '?status=pending')).filter(({ type }) => type !== 'pool_low')
  const unknownThere = () =>
    fault(world, 'elevenlabs', 'phoneNumbers.get', 'error', { status: 404, times: 9_999 })
  /** As often as an order is tried, and more. */
  const tryOrders = async () => {
    for (let each = 0; each < 6; each += 1) {
      await world.sql("update number_orders set next_run_at = now() where status = 'running'")
      await tickOrders(world)
    }
  }
  const ofOrders = () =>
    world.sql(`insert into number_orders (organization_id, cause, country, step, phone_number_id)
      select h.organization_id, 'adopted', p.country, 'sync', p.id from phone_numbers p
      join organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at is null`)

  test.each([
    ['synced', makeDue, syncOnce],
    ['set up by orders', ofOrders, tryOrders],
  ])(
    'at ElevenLabs while they are %s, are unlinked by the few, told once, and mend themselves',
    async (_how, begin, work) => {
      const before = { ids: await ids(), imports: await imports() }
      await begin()
      await unknownThere()

      await work()
      await work()

      expect((await gone()).length).toBeLessThanOrEqual(FEW)
      expect({ ids: await ids(), imports: await imports() }).toEqual(before)
      const [row, ...more] = (await reported()).filter(({ type }) => type === 'reconcile_findings')
      expect(more).toEqual([])
      expect(row).toMatchObject({ message: expect.stringContaining('"acceptMany": true') })
      expect(row?.phone_numbers).toHaveLength(ALL - FEW)
      // Those that are held are told of together, and not one by one as well.
      const held = new Set(row?.phone_numbers)
      expect((await reported()).filter(({ phone_number }) => held.has(phone_number ?? ''))).toEqual(
        [],
      )
      await control(world, 'DELETE', 'faults')
      await inTheEnd()
      expect({ ids: await ids(), imports: await imports() }).toEqual(before)
      expect(await reported()).toEqual([])
    },
  )

  test('at ElevenLabs, by sweeps that find a few each, are unlinked by the few all together', async () => {
    for (const { phone_number_id } of (await imports()).slice(0, ALL - 1)) {
      await eleven(world.twins, 'DELETE', `/convai/phone-numbers/${phone_number_id}`)
      await findingsOf(world, 'repair')
    }

    expect(await gone()).toHaveLength(FEW)
  })

  test('at ElevenLabs, and are, are imported anew once a person says so', async () => {
    for (const { phone_number_id } of await imports())
      await eleven(world.twins, 'DELETE', `/convai/phone-numbers/${phone_number_id}`)
    await makeDue()
    await syncOnce()
    expect(await gone()).toHaveLength(FEW)

    expect(await reconcile(world, { mode: 'repair', acceptMany: true })).toMatchObject({
      status: 200,
    })

    await inTheEnd()
    expect(await imports()).toHaveLength(ALL)
    expect(await reported()).toEqual([])
  })

  test('at Twilio when their quarantine is over, are recorded as released by the few, until it is right again', async () => {
    for (const number of numbers)
      await request(world.origin, 'POST', `/api/admin/phone-numbers/${number}/release`, {
        token: ADMIN,
      })
    await syncAll(world)
    await endQuarantine(world, ...numbers)
    await fault(world, 'twilio', 'incomingPhoneNumbers.fetch', 'error', {
      status: 404,
      times: 9_999,
    })
    await fault(world, 'twilio', 'incomingPhoneNumbers.list', 'empty_list', { times: 9_999 })

    await releaseDue(world)

    expect(await released()).toHaveLength(FEW)
    expect((await atCarriers(world)).twilio.numbers).toHaveLength(ALL)
    expect((await reported()).map(({ message }) => message).join()).toContain('"acceptMany": true')
    await control(world, 'DELETE', 'faults')
    await endQuarantine(world, ...numbers)
    await releaseDue(world)
    expect(await released()).toHaveLength(ALL)
    expect((await atCarriers(world)).twilio.numbers).toHaveLength(FEW)
    expect(await reported()).toEqual([])
  })

  test.each([
    ['was refused', 400],
    ['has failed', 503],
  ])(
    'at Twilio after their removal %s, are recorded as released by the few, too',
    async (_how, status) => {
      for (const number of numbers)
        await request(world.origin, 'POST', `/api/admin/phone-numbers/${number}/release`, {
          token: ADMIN,
        })
      await syncAll(world)
      await endQuarantine(world, ...numbers)
      await fault(world, 'twilio', 'incomingPhoneNumbers.remove', 'error', { status, times: 9_999 })
      await releaseDue(world)
      expect(await released()).toEqual([])
      for (const operation of ['incomingPhoneNumbers.fetch', 'incomingPhoneNumbers.remove'])
        await fault(world, 'twilio', operation, 'error', { status: 404, times: 9_999 })
      await fault(world, 'twilio', 'incomingPhoneNumbers.list', 'empty_list', { times: 9_999 })

      await endQuarantine(world, ...numbers)
      await releaseDue(world)

      expect(await released()).toHaveLength(FEW)
      expect((await atCarriers(world)).twilio.numbers).toHaveLength(ALL)
      expect((await reported()).map(({ message }) => message).join()).toContain(
        '"acceptMany": true',
      )
      await control(world, 'DELETE', 'faults')
      await endQuarantine(world, ...numbers)
      await releaseDue(world)
      expect((await atCarriers(world)).twilio.numbers).toHaveLength(FEW)
      expect(await released()).toHaveLength(ALL)
    },
  )

  const released = () => world.sql("select 1 from phone_numbers where status = 'released'")

  /** Everything that is tried again later is tried now, until nothing is left to do. */
  const inTheEnd = () =>
    expect
      .poll(async () => {
        await world.sql(
          'update phone_numbers set sync_due_at = now() where sync_due_at is not null',
        )
        await world.sql(
          "update number_orders set next_run_at = now() where status = 'running' and lease_until is null",
        )
        await tickOrders(world)
        await syncOnce()
        await findingsOf(world, 'repair')
        return world.sql(
          `select 1 from phone_numbers where sync_due_at is not null or import_state is not null
             union all select 1 from number_orders where status in ('running', 'needs_attention')`,
        )
      })
      .toEqual([])
})
