import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { releaseHeld, untilHeld } from '../support/held.ts'
import { purchaseBatch } from '../support/pool.ts'
import { ADMIN, atCarriers, fault, request } from '../support/requests.ts'
import { accountPath, atTwilio } from '../support/twilio-console.ts'
import { startWorld, type World } from '../support/world.ts'

describe('numbers whose texts somebody has led elsewhere', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => world.stop())

  test('are confirmed ten at a time, and synced ten at a time', async () => {
    await purchaseBatch(world, { count: 12, areaCode: '604' })
    const { twilio } = await atCarriers(world)
    for (const { sid } of twilio.numbers) {
      await atTwilio(world.twins, 'POST', `${accountPath}/IncomingPhoneNumbers/${sid}.json`, {
        SmsUrl: 'https://elsewhere.example.com/',
      })
    }
    /** Lets the first ten go once they have all come. */
    const passTen = async () => {
      await untilHeld(world, 10)
      expect((await atCarriers(world)).twilio.inFlight).toBe(10)
      await releaseHeld(world, 10)
    }
    for (const operation of ['fetch', 'update'])
      await fault(world, 'twilio', `incomingPhoneNumbers.${operation}`, 'hold_before', {
        times: 10,
      })

    const repairing = request(world.origin, 'POST', '/api/admin/reconcile', {
      token: ADMIN,
      body: { mode: 'repair', acceptMany: true },
    })
    await passTen()
    await passTen()

    const { body } = await repairing
    expect(body.report.findings.map(({ action }: { action: string }) => action)).toEqual(
      Array.from({ length: 12 }, () => 'synced'),
    )
    expect((await atCarriers(world)).twilio.maxInFlightTotal).toBe(10)
  })
})
