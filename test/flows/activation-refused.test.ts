import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { buyAtTwilio, enter, importInDashboard } from '../support/manual.ts'
import { activateBatch, entry } from '../support/pool.ts'
import { expectProblem } from '../support/problems.ts'
import { aLine, rowOf } from '../support/quarantine.ts'
import { ADMIN, control, fault, request } from '../support/requests.ts'
import { syncAll } from '../support/voice-modes.ts'
import { startWorld, type World } from '../support/world.ts'

describe('an activation of a number that is live', () => {
  let world: World
  let number: string
  let id: string
  beforeEach(async () => {
    world = await startWorld()
    number = (await aLine(world)).number
    id = (await rowOf(world, number)).elevenlabs_phone_id ?? ''
  })
  afterEach(async () => {
    await control(world, 'DELETE', 'faults')
    await stopWithCleanLogs(world)
  })

  const activate = (elevenLabsPhoneId = id) =>
    request(world.origin, 'POST', `/api/admin/phone-numbers/${number}/activate`, {
      token: ADMIN,
      body: { elevenLabsPhoneId },
    })
  const known = () => world.sql('select * from phone_numbers order by id')

  test.each([401, 403, 429, 500, 503])(
    'while ElevenLabs answers %i when it is asked whose the id is, is a carrier’s failure, and changes nothing',
    async (status) => {
      const before = await known()
      await fault(world, 'elevenlabs', 'phoneNumbers.get', 'error', { status, times: 9 })

      const alone = await activate()
      const batch = await activateBatch(world, [entry(number, id)])

      expectProblem(alone, 502, 'carrier_failed')
      expect(alone.body.detail).toContain(`HTTP ${status}`)
      expect(batch.body.results).toMatchObject([{ status: 'failed' }])
      expect(await known()).toEqual(before)
    },
  )

  test('with an id that is gone, is a 422, and changes nothing', async () => {
    const before = await known()
    await world.context.voiceAgents.removeNumber(id)

    expectProblem(await activate(id), 422, 'elevenlabs_id_mismatch')
    expect(await known()).toEqual(before)
  })

  test.each([403, 404, 503])(
    'whose settings Twilio then does not tell (%i), is a carrier’s failure, and goes on by itself',
    async (status) => {
      await fault(world, 'twilio', 'incomingPhoneNumbers.fetch', 'error', { status, times: 99 })

      const alone = await activate()
      const batch = await activateBatch(world, [entry(number, id)])

      expectProblem(alone, 502, 'carrier_failed')
      expect(alone.body.detail).toContain(`HTTP ${status}`)
      expect(batch.body.results).not.toMatchObject([{ status: 'activated' }])
      await control(world, 'DELETE', 'faults')
      await world.sql('update phone_numbers set sync_due_at = now()')
      await syncAll(world)
      expect(await activate()).toMatchObject({ status: 200, body: { status: 'assigned' } })
    },
  )

  test('and missing at Twilio, is a 409 that says where to read what to do, and changes nothing', async () => {
    await world.sql('update phone_numbers set ghost_since = now() where phone_number = $1', [
      number,
    ])
    const before = await known()

    const alone = await activate()
    const batch = await activateBatch(world, [entry(number, id)])

    expectProblem(alone, 409, 'wrong_state')
    expect(alone.body.detail).toContain('missing at Twilio')
    expect(batch.body.results).toMatchObject([{ status: 'failed' }])
    expect(await known()).toEqual(before)
  })

  test('that another server is to sync, is accepted, and not said to be verified', async () => {
    await world.sql('update deployment set public_url = $1', ['https://elsewhere.example.com'])

    const alone = await activate()
    const batch = await activateBatch(world, [entry(number, id)])

    expect(alone).toMatchObject({ status: 202, body: { status: 'assigned' } })
    expect(batch.body.results).toMatchObject([{ status: 'pending' }])
  })

  test('whose order is tried again later, is accepted, and not said to be verified', async () => {
    await world.sql(
      `insert into number_orders (organization_id, cause, country, step, phone_number_id, status)
       select h.organization_id, 'adopted', p.country, 'sync', p.id, 'needs_attention' from phone_numbers p
       join organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at is null`,
    )
    await fault(world, 'twilio', 'incomingPhoneNumbers.fetch', 'error', { status: 503, times: 99 })

    expect(await activate()).toMatchObject({ status: 202 })
    await control(world, 'DELETE', 'faults')
    await world.sql('update number_orders set next_run_at = now()')
    expect(await activate()).toMatchObject({ status: 200 })
  })
})

test('a number entered manually, while ElevenLabs refuses to tell whose its id is, is a carrier’s failure, and not entered', async () => {
  const world = await startWorld()
  const { phoneNumber } = await buyAtTwilio(world)
  const elevenLabsPhoneId = await importInDashboard(world, phoneNumber)
  await fault(world, 'elevenlabs', 'phoneNumbers.get', 'error', { status: 403 })

  const refused = await enter(world, { phoneNumber, elevenLabsPhoneId })

  expectProblem(refused, 502, 'carrier_failed')
  expect(await world.sql('select 1 from phone_numbers')).toEqual([])
  await stopWithCleanLogs(world)
})
