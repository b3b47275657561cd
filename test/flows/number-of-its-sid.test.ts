import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { buyAtTwilio } from '../support/manual.ts'
import { aLine } from '../support/quarantine.ts'
import { numberAtTwilio } from '../support/reconcile.ts'
import { ADMIN, request } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('a number whose SID is another’s at Twilio', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  test('synced and explained, leaves the other as it is, and says whose it is', async () => {
    const { number } = await aLine(world)
    const { phoneNumber: other } = await buyAtTwilio(world)
    const before = await numberAtTwilio(world, other)
    await world.sql(
      'update phone_numbers set twilio_phone_sid = $2, sync_due_at = now() where phone_number = $1',
      [number, before.sid],
    )

    await world.context.phoneNumbers.syncDue.tick(new AbortController().signal)

    expect(await numberAtTwilio(world, other)).toEqual(before)
    const path = `/api/admin/routes/explain?${new URLSearchParams({ to: number })}`
    const { body } = await request(world.origin, 'GET', path, { token: ADMIN })
    expect(JSON.stringify(body.steps)).toContain(`is ${other}, not ${number}`)
  })
})
