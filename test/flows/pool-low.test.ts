import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { underLease } from '../../src/database/lease.ts'
import { purchaseBatch } from '../support/pool.ts'
import { findingsOf } from '../support/reconcile.ts'
import { control, fault, notifications, runOrders } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const { signal } = new AbortController()

describe('a pool that is low, as it is told', () => {
  let world: World
  beforeEach(async () => {
    world = await startWorld({ settings: { POOL_MIN: '2' } })
  })
  afterEach(() => world.stop())

  const run = () =>
    underLease(
      { db: world.context.db, name: 'pool', everyMs: 3_600_000, leaseMs: 60_000 },
      world.context.phoneNumbers.replenishPool,
      { signal, now: true },
    )
  /** The carriers answer as ever, and Twilio shows no mark any more. */
  const rightAgain = async (sid: string) => {
    await control(world, 'DELETE', 'faults')
    const { smsUrl, phoneNumber: number } = await world.context.telephony.getNumber(sid)
    const [plain = ''] = smsUrl.split('?')
    if (plain !== smsUrl) await world.context.telephony.updateSettings(sid, { smsUrl: plain })
    return { number }
  }

  test.each([
    [
      'cannot be synced',
      () =>
        fault(world, 'twilio', 'incomingPhoneNumbers.fetch', 'error', { status: 404, times: 999 }),
    ],
    [
      'carries a mark at Twilio',
      async (sid: string) => {
        const { smsUrl } = await world.context.telephony.getNumber(sid)
        await world.context.telephony.updateSettings(sid, {
          smsUrl: `${smsUrl.split('#')[0]}?quarantine=${randomUUID()}`,
        })
      },
    ],
    [
      'is not known to ElevenLabs',
      () => fault(world, 'elevenlabs', 'phoneNumbers.get', 'error', { status: 404 }),
    ],
  ])(
    'has one number less while one %s, and has it again when that is over',
    async (_what, happens) => {
      await run()
      await purchaseBatch(world, { count: 1, areaCode: '604' })
      await runOrders(world)
      const message = async () => (await notifications(world, '?type=pool_low'))[0]?.message
      expect(await message()).toContain('has 1 number ')
      const [row] = await world.sql<{ twilio_phone_sid: string }>(
        "select twilio_phone_sid from phone_numbers where status = 'configured'",
      )
      const sync = async () => {
        await world.sql("update phone_numbers set sync_due_at = now() where status = 'configured'")
        await world.context.phoneNumbers.syncDue.tick(signal)
      }
      await happens(row?.twilio_phone_sid ?? '')

      await sync()

      expect(await message()).toContain('has 0 numbers')
      const { number } = await rightAgain(row?.twilio_phone_sid ?? '')
      await findingsOf(world, 'repair', [number])
      await runOrders(world)
      await sync()
      expect(await message()).toContain('has 1 number ')
    },
  )
})
