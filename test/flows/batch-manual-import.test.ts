import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { importInDashboard } from '../support/manual.ts'
import { activateBatch, entry, poolStatus, purchaseBatch } from '../support/pool.ts'
import { notifications, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('a batch that is imported manually', () => {
  let world: World
  let numbers: string[]
  let batchId: string
  let ids: string[]
  beforeAll(async () => {
    world = await startWorld({
      settings: { ELEVENLABS_IMPORT: 'manual', PURCHASE_DAILY_LIMIT: '6' },
    })
    const { body } = await purchaseBatch(world, { count: 4, areaCode: '604' })
    numbers = body.phoneNumbers
    batchId = body.batchId
    expect(body).toMatchObject({
      success: true,
      count: 4,
      pending: 0,
      failures: [],
      nextStep: 'Import these numbers to ElevenLabs dashboard, then call batch-activate endpoint',
    })
    expect(body.importInstructions).toContain(`Enter phone numbers: ${numbers.join(', ')}`)
    ids = await Promise.all(numbers.map((number) => importInDashboard(world, number)))
  })
  afterAll(() => world.stop())

  const reported = () =>
    world.sql(
      `select type, status, occurrences, subject, phone_numbers from admin_notifications where subject = '${batchId}' order by created_at`,
    )
  const row = (status: string, phone_numbers: string[]) => ({
    type: 'batch_import_required',
    status,
    occurrences: 1,
    subject: batchId,
    phone_numbers: [...phone_numbers].sort(),
  })

  test('bought, is told once with the list of its numbers', async () => {
    expect(await reported()).toEqual([row('pending', numbers)])
    const [notification] = await notifications(world, '?type=batch_import_required')
    for (const number of numbers) expect(notification?.message).toContain(number)
    expect(await poolStatus(world)).toMatchObject({
      poolStatus: { purchased: 4 },
      configured: 0,
      needsImport: 4,
    })
  })

  test('activated with bad entries among the good, fails those alone', async () => {
    const [one = '', two = '', three = ''] = numbers
    const [idOne = '', idTwo = '', idThree = '', idFour = ''] = ids

    const { status, body } = await activateBatch(world, [
      entry(one, idOne),
      entry('+16045559998', 'phnum_unknown'),
      entry('call me', 'phnum_malformed'),
      entry(two, idFour),
      entry(one.replace('+1604', '(604) '), 'phnum_twice'),
      entry('+16045559997', idOne),
      { phoneNumber: three },
      { ...entry(three, idThree), agent: 'x' },
      null,
      entry(two, idTwo),
    ])

    expect(status).toBe(200)
    expect(body).toMatchObject({ success: true, message: 'Activated 1 numbers' })
    expect(body.results).toEqual([
      { phoneNumber: one, status: 'activated' },
      failed('+16045559998', /is not one of ours/),
      failed('call me', /"call me" is not a possible phone number/),
      failed(two, /ElevenLabs has no number/),
      failed(one, /in entry 1 of this request already/),
      failed('+16045559997', /in entry 1 of this request already/),
      failed(three, /elevenLabsPhoneId/),
      failed(three, /agent/),
      failed(null, /expected object/),
      failed(two, /in entry 4 of this request already/),
    ])
    expect(await reported()).toEqual([row('pending', numbers.slice(1))])
  })

  test('activated whole, once more, resolves its notification and fills the pool', async () => {
    const { body } = await activateBatch(
      world,
      numbers.map((number, index) => entry(number, ids[index] ?? '')),
    )

    expect(body.message).toBe('Activated 4 numbers')
    const [notification] = await reported()
    expect(notification).toMatchObject({ status: 'resolved' })
    expect(await reported()).toHaveLength(1)
    expect(await poolStatus(world)).toMatchObject({ configured: 4, needsImport: 0 })
  })

  test('in the pool, answers sign-ups at once although imports are done manually', async () => {
    const { answer, organization } = await signUp(world)

    expect(organization).toMatchObject({ readyToUse: true, requiresElevenLabsImport: false })
    expect(numbers).toContain(organization.phoneNumber)
    expect(answer.body.message).toBe(
      `Organization "${organization.name}" created and ready to use!`,
    )
  })

  test('of which some wait for the daily limit, is alerted at once with those bought', async () => {
    const { status, body } = await purchaseBatch(world, { count: 4, areaCode: '604' })

    expect(status).toBe(202)
    expect(body).toMatchObject({ count: 2, pending: 2, failures: [] })
    const alerts = await world.sql(
      'select type, phone_numbers, alert_due_at <= now() as due from admin_notifications where subject = $1',
      [body.batchId],
    )
    expect(alerts).toEqual([
      { type: 'batch_import_required', phone_numbers: body.phoneNumbers.toSorted(), due: true },
    ])
  })

  test.each([
    ['nothing', undefined],
    ['an empty list', []],
    ['more than 100 entries', Array(101).fill({})],
    ['a text', '+16045550123'],
  ])('activated with %s, is refused', async (_, phoneNumbers) => {
    expect((await activateBatch(world, phoneNumbers)).status).toBe(400)
  })
})

function failed(phoneNumber: string | null, error: RegExp) {
  return { phoneNumber, status: 'failed', error: expect.stringMatching(error) }
}
