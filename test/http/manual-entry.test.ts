import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { effects } from '../support/effects.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { buyAtTwilio, enter, importInDashboard } from '../support/manual.ts'
import { expectProblem, wrongParts } from '../support/problems.ts'
import { numberAtTwilio } from '../support/reconcile.ts'
import { atCarriers, fault, runOrders, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('manual entry of a number', () => {
  let world: World
  let organizationId: string
  beforeAll(async () => {
    world = await startWorld()
    organizationId = (await signUp(world, { provisionPhone: false })).organization.id
  })
  afterAll(() => stopWithCleanLogs(world))

  const rowsOf = (phoneNumber: string) =>
    world.sql('select * from phone_numbers where phone_number = $1', [phoneNumber])

  test('of our account, without an organization, puts it into the pool as it is', async () => {
    const { phoneNumber, sid } = await buyAtTwilio(world)

    const answer = await enter(world, { phoneNumber })

    expect(answer).toMatchObject({
      status: 201,
      body: {
        success: true,
        phoneNumber,
        twilioSid: sid,
        requiresElevenLabsImport: false,
        nextSteps: [],
        orderId: expect.any(String),
        phoneNumberError: null,
        status: 'configured',
      },
    })
    expect(await rowsOf(phoneNumber)).toEqual([
      expect.objectContaining({
        status: 'configured',
        twilio_phone_sid: sid,
        country: 'CA',
        region: 'BC',
        area_code: '604',
        sms_status: 'ready',
        capabilities: { voice: true, sms: true, mms: true, fax: false },
        agent_id: null,
      }),
    ])
  })

  test('of our account, buys nothing and leaves the name that a person gave it', async () => {
    const { phoneNumber } = await buyAtTwilio(world)
    const before = await atCarriers(world)

    await enter(world, { phoneNumber, organizationId })

    const after = await atCarriers(world)
    expect(after.twilio.spent).toBe(before.twilio.spent)
    expect(
      after.twilio.numbers.find(
        (row: { phone_number: string }) => row.phone_number === phoneNumber,
      ),
    ).toMatchObject({ friendly_name: 'Front desk' })
  })

  test('bought before it is entered, is paid for since Twilio says so', async () => {
    const { phoneNumber } = await buyAtTwilio(world)
    const { date_created } = await numberAtTwilio(world, phoneNumber)

    await enter(world, { phoneNumber })

    expect(await rowsOf(phoneNumber)).toMatchObject([{ bought_at: new Date(date_created) }])
  })

  test('written in another notation, is the same number', async () => {
    const { phoneNumber } = await buyAtTwilio(world)

    const answer = await enter(world, {
      phoneNumber: `(${phoneNumber.slice(2, 5)}) ${phoneNumber.slice(5, 8)}-${phoneNumber.slice(8)}`,
    })

    expect(answer).toMatchObject({ status: 201, body: { phoneNumber } })
  })

  test.each<[string, Record<string, unknown>, string]>([
    ['no number', {}, 'body.phoneNumber'],
    ['an impossible number', { phoneNumber: '911' }, 'body.phoneNumber'],
    ['a number that is none', { phoneNumber: 16045552010 }, 'body.phoneNumber'],
    ['an organization that is no id', { organizationId: 'premium-auto' }, 'body.organizationId'],
    ['an empty ElevenLabs id', { elevenLabsPhoneId: ' ' }, 'body.elevenLabsPhoneId'],
    ['an endless SID', { twilioPhoneSid: 'P'.repeat(256) }, 'body.twilioPhoneSid'],
    ['a field nobody knows', { areaCode: '604' }, 'body'],
  ])('with %s, is refused and does nothing', async (_circumstance, fields, part) => {
    const phoneNumber = part === 'body.phoneNumber' ? {} : { phoneNumber: '+16045559998' }
    const before = await effects(world)

    const answer = await enter(world, { ...phoneNumber, ...fields })

    expectProblem(answer, 400, 'validation_failed')
    expect(wrongParts(answer)).toEqual([part])
    expect(await effects(world)).toEqual(before)
  })

  test('of a number that is not in our account, is refused and says what to do', async () => {
    const answer = await enter(world, { phoneNumber: '+16045559998', organizationId })

    expectProblem(answer, 422, 'number_not_owned')
    expect(answer.body.detail).toContain('Twilio Console > Phone Numbers > Buy a number')
    expect(await rowsOf('+16045559998')).toEqual([])
  })

  test("with another number's SID, is refused and tells the right one", async () => {
    const [one, other] = [await buyAtTwilio(world), await buyAtTwilio(world)]

    const answer = await enter(world, {
      phoneNumber: one.phoneNumber,
      twilioPhoneSid: other.sid,
    })

    expectProblem(answer, 422, 'twilio_sid_mismatch')
    expect(answer.body.detail).toContain(one.sid)
    expect(await rowsOf(one.phoneNumber)).toEqual([])
  })

  test("with another number's ElevenLabs id, or an unknown one, is refused", async () => {
    const [one, other] = [await buyAtTwilio(world), await buyAtTwilio(world)]
    const foreign = await importInDashboard(world, other.phoneNumber)

    for (const elevenLabsPhoneId of [foreign, 'phnum_unknown']) {
      const answer = await enter(world, { phoneNumber: one.phoneNumber, elevenLabsPhoneId })

      expectProblem(answer, 422, 'elevenlabs_id_mismatch')
    }
    expect(await rowsOf(one.phoneNumber)).toEqual([])
  })

  test('with an ElevenLabs id that a number of ours has, is refused', async () => {
    const { phoneNumber } = await buyAtTwilio(world)
    const elevenLabsPhoneId = await importInDashboard(world, phoneNumber)
    await world.sql(
      `insert into phone_numbers (phone_number, country, status, twilio_phone_sid, elevenlabs_phone_id)
       values ('+16045559997', 'CA', 'configured', 'PNother', $1)`,
      [elevenLabsPhoneId],
    )

    const answer = await enter(world, { phoneNumber, elevenLabsPhoneId })

    expectProblem(answer, 422, 'elevenlabs_id_mismatch')
    expect(await rowsOf(phoneNumber)).toEqual([])
  })

  test('of a number we have, is refused and changes nothing, whoever holds it', async () => {
    const { organization } = await signUp(world)
    const before = await world.sql('select * from organization_phone_numbers order by id')

    const answer = await enter(world, { phoneNumber: organization.phoneNumber, organizationId })

    expectProblem(answer, 409, 'number_exists')
    expect(await world.sql('select * from organization_phone_numbers order by id')).toEqual(before)
  })

  test('of a number that was released once, is possible again', async () => {
    const { phoneNumber } = await buyAtTwilio(world)
    await world.sql(
      `insert into phone_numbers (phone_number, country, status) values ($1, 'CA', 'released')`,
      [phoneNumber],
    )

    const answer = await enter(world, { phoneNumber })

    expect(answer).toMatchObject({ status: 201, body: { status: 'configured' } })
  })

  test('of a number that an order gave up in doubt, keeps that order from taking it back', async () => {
    const { phoneNumber } = await buyAtTwilio(world)
    await world.sql(
      `with number as (
         insert into phone_numbers (phone_number, country, status) values ($1, 'CA', 'failed') returning id
       ), ordered as (
         insert into number_orders (organization_id, cause, country, status) values ($2, 'admin', 'CA', 'needs_attention') returning id
       )
       insert into number_order_attempts (order_id, phone_number_id, phone_number, outcome)
       select ordered.id, number.id, $1, 'abandoned' from number, ordered`,
      [phoneNumber, organizationId],
    )

    await enter(world, { phoneNumber })

    expect(
      await world.sql('select outcome from number_order_attempts where phone_number = $1', [
        phoneNumber,
      ]),
    ).toEqual([{ outcome: 'taken' }])
  })

  test('for an organization that does not exist, is refused', async () => {
    const { phoneNumber } = await buyAtTwilio(world)

    const answer = await enter(world, { phoneNumber, organizationId: randomUUID() })

    expectProblem(answer, 404, 'organization_not_found')
    expect(await rowsOf(phoneNumber)).toEqual([])
  })

  test('for a suspended organization, is refused', async () => {
    const { organization } = await signUp(world, { provisionPhone: false })
    await world.sql("update organizations set status = 'suspended' where id = $1", [
      organization.id,
    ])
    const { phoneNumber } = await buyAtTwilio(world)

    const answer = await enter(world, { phoneNumber, organizationId: organization.id })

    expectProblem(answer, 409, 'organization_suspended')
    expect(await rowsOf(phoneNumber)).toEqual([])
  })

  test('with Twilio failing, writes nothing and can be sent again', async () => {
    const { phoneNumber } = await buyAtTwilio(world)
    await fault(world, 'twilio', 'incomingPhoneNumbers.list', 'error', { status: 500, times: 1 })

    const failed = await enter(world, { phoneNumber })
    const again = await enter(world, { phoneNumber })

    expectProblem(failed, 502, 'carrier_failed')
    expect(again.status).toBe(201)
  })

  test('with ElevenLabs failing at the import, is finished by itself', async () => {
    const { phoneNumber } = await buyAtTwilio(world)
    await fault(world, 'elevenlabs', 'phoneNumbers.create', 'lost_reply', { ms: 1 })

    const answer = await enter(world, { phoneNumber })
    await runOrders(world)

    expect(answer.status).toBe(201)
    expect(await rowsOf(phoneNumber)).toEqual([expect.objectContaining({ status: 'configured' })])
    const { elevenlabs } = await atCarriers(world)
    expect(
      elevenlabs.phoneNumbers.filter(
        (row: { phone_number: string }) => row.phone_number === phoneNumber,
      ),
    ).toHaveLength(1)
  })

  test('sent twice under one key, enters once and answers the same', async () => {
    const { phoneNumber } = await buyAtTwilio(world)
    const headers = { 'idempotency-key': randomUUID() }

    const first = await enter(world, { phoneNumber, organizationId }, headers)
    const again = await enter(world, { phoneNumber, organizationId }, headers)

    expect([first.status, again.status]).toEqual([201, 201])
    expect(again.body).toEqual(first.body)
  })

  test('sent again under its key, when the first answer was never kept, finds what it did', async () => {
    const { phoneNumber } = await buyAtTwilio(world)
    const headers = { 'idempotency-key': randomUUID() }
    const first = await enter(world, { phoneNumber, organizationId }, headers)
    await world.sql('delete from idempotency_keys where key = $1', [headers['idempotency-key']])

    const again = await enter(world, { phoneNumber, organizationId }, headers)

    expect(again).toMatchObject({ status: 201, body: first.body })
    expect(await rowsOf(phoneNumber)).toHaveLength(1)
  })

  test('sent 10 times at once, enters once', async () => {
    const { phoneNumber } = await buyAtTwilio(world)

    const answers = await Promise.all(
      Array.from({ length: 10 }, () => enter(world, { phoneNumber, organizationId })),
    )

    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(409)])
    expect(await rowsOf(phoneNumber)).toHaveLength(1)
  })
})
