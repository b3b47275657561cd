import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { importInDashboard } from '../support/manual.ts'
import { aLine } from '../support/quarantine.ts'
import { reconcile } from '../support/reconcile.ts'
import { atCarriers, control, fault, notifications, runOrders } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const CREATE = 'phoneNumbers.create'

describe('orders that stopped at the import', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { ORDER_MAX_ATTEMPTS: '1' } })
  })
  afterEach(async () => {
    await control(world, 'DELETE', 'faults')
    await world.restart({})
    await reconcile(world, { mode: 'repair' })
    await runOrders(world)
  })
  afterAll(() => stopWithCleanLogs(world))

  /** Sign-ups while ElevenLabs refuses every import. */
  const stopped = async (count: number, status: number) => {
    await fault(world, 'elevenlabs', CREATE, 'error', { status, times: 99 })
    for (let each = 0; each < count; each += 1) await aLine(world)
    await runOrders(world)
    expect(await waiting()).toBe(count)
  }
  const waiting = async () =>
    (await world.sql("select 1 from number_orders where status = 'needs_attention'")).length
  const asked = async () => (await atCarriers(world)).requests.elevenlabs[CREATE] ?? 0
  /** In the order in which they are tried. */
  const numbersWaiting = async () =>
    (
      await world.sql<{ phone_number: string }>(
        `select p.phone_number from number_orders n join phone_numbers p on p.id = n.phone_number_id
         where n.status = 'needs_attention' order by n.updated_at, n.id`,
      )
    ).map((each) => each.phone_number)
  /** What a repair does where ElevenLabs lacked all of them when it looked. */
  const trial = () =>
    world.sql(
      `select try_stopped_import('{"kind": "system"}', array_agg(phone_number_id)) from number_orders where status = 'needs_attention'`,
    )
  const repair = async () => {
    const { status } = await reconcile(world, { mode: 'repair' })
    expect(status).toBe(200)
    await runOrders(world)
  }

  test.each([403, 503])(
    'where ElevenLabs answers %i no more, all go on after one repair, and nobody is asked for any',
    async (status) => {
      await stopped(3, status)
      await control(world, 'DELETE', 'faults')

      await repair()

      expect(await waiting()).toBe(0)
      const reported = await notifications(world, '?status=pending&type=elevenlabs_import_required')
      expect(reported).toEqual([])
    },
  )

  test('where ElevenLabs still refuses, are tried one at each repair, each in its turn', async () => {
    await stopped(3, 403)
    const before = await asked()

    await repair()
    const first = await asked()
    await repair()
    await repair()

    expect(first - before).toBe(1)
    expect((await asked()) - before).toBe(3)
    const tried = await world.sql<{ times: string }>(
      `select count(*) as times from number_orders where status = 'needs_attention' and is_trial`,
    )
    expect(tried).toEqual([{ times: '3' }])
  })

  test.each([
    ['which stays alone while ElevenLabs refuses', true],
    ['and all go on once ElevenLabs imports', false],
  ])(
    'whose first one has an import already, are tried from the next one on, %s',
    async (_what, isRefused) => {
      await stopped(3, 403)
      const [first] = await numbersWaiting()
      await control(world, 'DELETE', 'faults')
      await importInDashboard(world, first ?? '')
      if (isRefused) await fault(world, 'elevenlabs', CREATE, 'error', { status: 403, times: 99 })
      const before = await asked()

      await trial()
      await runOrders(world)

      expect((await asked()) - before).toBe(isRefused ? 1 : 2)
      expect(await waiting()).toBe(isRefused ? 2 : 0)
    },
  )

  test('whose first one is answered by this server by now, are tried from the next one on', async () => {
    await stopped(2, 403)
    const [first] = await numbersWaiting()
    await world.sql(
      `update organizations o set settings = o.settings || '{"inbound_voice": "server"}'
       from organization_phone_numbers h join phone_numbers p on p.id = h.phone_number_id
       where h.organization_id = o.id and p.phone_number = $1`,
      [first],
    )
    await control(world, 'DELETE', 'faults')
    const before = await asked()

    await trial()
    await runOrders(world)

    expect((await asked()) - before).toBe(1)
    expect(await waiting()).toBe(0)
  })

  test('where imports are left to persons, wait for theirs', async () => {
    await stopped(2, 403)
    await control(world, 'DELETE', 'faults')
    await world.restart({ ELEVENLABS_IMPORT: 'manual' })

    await repair()

    expect(await waiting()).toBe(2)
  })
})
