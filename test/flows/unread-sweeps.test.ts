import { afterAll, beforeAll, expect, test } from 'vitest'
import { ADMIN, control, fault, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
  await signUp(world)
})
afterAll(() => world.stop())

const sweep = () =>
  request(world.origin, 'POST', '/api/admin/reconcile', { token: ADMIN, body: { mode: 'repair' } })
const reported = () =>
  world.sql(
    "select status, occurrences from admin_notifications where type = 'reconcile_findings' and subject = 'unread' order by created_at",
  )

test.each([
  ['twilio', 'incomingPhoneNumbers.list'],
  ['elevenlabs', 'phoneNumbers.list'],
] as const)(
  'a sweep, that ends because %s lists garbage, is reported once, until one comes to its end',
  async (carrier, operation) => {
    await world.sql('delete from admin_notifications')
    await fault(world, carrier, operation, 'garbage', { times: 99 })
    await sweep()
    await sweep()
    expect(await reported()).toEqual([{ status: 'pending', occurrences: 1 }])

    await control(world, 'DELETE', 'faults')
    await sweep()

    expect(await reported()).toEqual([{ status: 'resolved', occurrences: 1 }])
  },
)

test('a sweep, that ends because a carrier is away, is not reported so', async () => {
  await world.sql('delete from admin_notifications')
  await fault(world, 'twilio', 'incomingPhoneNumbers.list', 'error', { status: 503, times: 99 })
  await sweep()
  await control(world, 'DELETE', 'faults')

  expect(await reported()).toEqual([])
})
