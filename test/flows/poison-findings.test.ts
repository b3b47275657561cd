import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OwnedNumber } from '../../src/carriers/ports/telephony.ts'
import { AppError } from '../../src/platform/errors.ts'
import { createRepair } from '../../src/reconcile/repair.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { findingsOf, forget, inTwilioConsole, numberAtTwilio } from '../support/reconcile.ts'
import { signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('a repair', () => {
  let world: World
  /** What is read of a number instead of what Twilio has, by its SID. */
  const poisoned = new Map<string, Partial<OwnedNumber>>()
  const asRead = (owned: OwnedNumber) => ({ ...owned, ...poisoned.get(owned.sid) })
  beforeAll(async () => {
    world = await startWorld({
      telephony: (real) => ({
        ...real,
        async *listNumbers(about) {
          for await (const page of real.listNumbers(about)) yield page.map(asRead)
        },
        getNumber: async (sid) => asRead(await real.getNumber(sid)),
      }),
    })
  })
  afterAll(() => stopWithCleanLogs(world))

  const poisons: [name: string, poison: Partial<OwnedNumber>][] = [
    ['a number that is none', { phoneNumber: 'not a number' }],
    ['no number', { phoneNumber: '' }],
    ['9,000 digits', { phoneNumber: `+${'9'.repeat(9_000)}` }],
    ['the first date there is', { boughtAt: new Date(-8.64e15) }],
    ['the last date there is', { boughtAt: new Date(8.64e15) }],
  ]
  test.each(poisons)(
    'that cannot mend one, with %s, reports it, and mends the rest',
    async (_, poison) => {
      const lost = (await signUp(world)).organization.phoneNumber
      const drifted = (await signUp(world)).organization.phoneNumber
      const { sid } = await numberAtTwilio(world, lost)
      await forget(world, lost)
      await inTwilioConsole(world, drifted, { SmsUrl: 'http://127.0.0.1:9/x' })
      poisoned.set(sid, poison)

      const findings = await findingsOf(world, 'repair', [poison.phoneNumber ?? lost, drifted])

      expect(findings).toMatchObject([
        { class: 'unconfirmed', action: 'none', detail: expect.stringContaining('orphan_paid') },
        { class: 'drift', action: 'synced', phoneNumber: drifted },
      ])
      poisoned.delete(sid)
      await inTwilioConsole(world, lost, 'release')
    },
  )

  test.each(['known', 'lost'])(
    'of a number that its carrier dates years back, whose order is %s, counts it since that, or the deployment',
    async (order) => {
      const lost = (await signUp(world)).organization.phoneNumber
      const { sid, friendly_name } = await numberAtTwilio(world, lost)
      const orderId = friendly_name.split(':').at(-1)
      await forget(world, lost)
      if (order === 'lost') await world.sql('delete from number_orders where id = $1', [orderId])
      poisoned.set(sid, { boughtAt: new Date('2009-01-01T00:00:00Z') })

      const findings = await findingsOf(world, 'repair', [lost])

      expect(findings).toMatchObject([{ action: 'adopted' }])
      const [since] = await world.sql<{ bought: boolean }>(
        `select p.bought_at = date_trunc('second', coalesce(
           (select o.created_at from number_orders o where o.id = $2), d.created_at)) as bought
         from phone_numbers p, deployment d where p.phone_number = $1`,
        [lost, orderId],
      )
      expect(since).toEqual({ bought: true })
    },
  )

  test('whose database is away, is broken off, and reports nothing', async () => {
    const lost = (await signUp(world)).organization.phoneNumber
    const { sid } = await numberAtTwilio(world, lost)
    const away = new AppError('database_unavailable', 'away')
    const store = world.context.reconcile.reconcileReports
    const repair = createRepair({
      store: { ...store, adopt: () => Promise.reject(away) },
      syncDue: () => Promise.resolve(),
      leaveAlone: () => Promise.resolve(),
      usSmsStatus: 'ready',
      log: world.context.log,
    })
    const owned = await world.context.telephony.getNumber(sid)

    const repaired = repair(
      { kind: 'system' },
      [{ class: 'orphan_paid', owned, orderId: null }],
      [],
      new AbortController().signal,
    )

    await expect(repaired).rejects.toBe(away)
  })
})
