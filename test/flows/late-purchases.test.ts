import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { CarrierError } from '../../src/carriers/ports/carrier-error.ts'
import {
  atCarriers,
  fault,
  notifications,
  request,
  runOrders,
  signUp,
} from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('a purchase that goes through when nobody waits for it any more', () => {
  let world: World
  beforeEach(async () => {
    world = await startWorld({
      timings: { orderRecheckIntervalMs: 150 },
      settings: { SIGNUP_WAIT_MS: '0' },
    })
  })
  afterEach(() => world.stop())

  test('is found by its tag before another is sent, and taken back', async () => {
    await fault(world, 'twilio', 'incomingPhoneNumbers.create', 'late', { ms: 800 })
    // The search that follows the second empty look fails until the purchase has gone through.
    await fault(world, 'twilio', 'availablePhoneNumbers.list', 'slow', { ms: 1 })
    await fault(world, 'twilio', 'availablePhoneNumbers.list', 'timeout', { ms: 300, times: 4 })

    const { organization, token } = await signUp(world)
    await runOrders(world)

    const { twilio, requests } = await atCarriers(world)
    expect(twilio.numbers).toHaveLength(1)
    expect(requests.twilio['incomingPhoneNumbers.create']).toBe(1)
    const { body } = await request(world.origin, 'GET', `/api/organizations/${organization.id}`, {
      token,
    })
    expect(body.organization).toMatchObject({
      phoneNumber: twilio.numbers[0].phone_number,
      phoneNumberStatus: 'active',
    })
  })

  test('stops the order after the second one, and tells a person', async () => {
    await fault(world, 'twilio', 'incomingPhoneNumbers.create', 'timeout', { ms: 5, times: 9 })

    const { organization } = await signUp(world)
    await runOrders(world)

    expect((await atCarriers(world)).requests.twilio['incomingPhoneNumbers.create']).toBe(2)
    expect(await notifications(world, '?status=pending')).toEqual([
      expect.objectContaining({
        type: 'order_needs_attention',
        organization_id: organization.id,
        message: expect.stringContaining('two purchases went unanswered'),
      }),
    ])
  })
})

describe('an order whose every candidate is taken by somebody else', () => {
  test('tries as many as it has attempts, then a person is told', async () => {
    let tried = 0
    const world = await startWorld({
      settings: { ORDER_MAX_ATTEMPTS: '3' },
      telephony: (real) => ({
        ...real,
        async buyNumber() {
          tried += 1
          throw new CarrierError('twilio', 'incomingPhoneNumbers.create', 'rejected', 'taken', {
            failure: 'number_taken',
          })
        },
      }),
    })
    onTestFinished(() => world.stop())

    const { organization } = await signUp(world)
    await runOrders(world)

    expect(tried).toBe(3)
    expect(await notifications(world, '?status=pending')).toEqual([
      expect.objectContaining({ type: 'order_needs_attention', organization_id: organization.id }),
    ])
  })
})
