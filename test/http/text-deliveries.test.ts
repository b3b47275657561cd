import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem } from '../support/problems.ts'
import { control, notifications, signUp } from '../support/requests.ts'
import { aText, SMS_PATH, twilioPost } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

describe('deliveries of Twilio', () => {
  let world: World
  let number: string
  beforeAll(async () => {
    world = await startWorld()
    number = (await signUp(world)).organization.phoneNumber
  })
  afterAll(() => stopWithCleanLogs(world))

  const stored = (sid: unknown) =>
    world.sql('select body from messages where provider_message_id = $1', [sid])

  test('a text, delivered twice, is answered twice and stored once', async () => {
    const params = aText(number)

    const first = await twilioPost(world, SMS_PATH, params)
    const second = await twilioPost(world, SMS_PATH, params)

    expect([first.status, second.status]).toEqual([200, 200])
    expect(second.body).toBe(first.body)
    expect(await stored(params.MessageSid)).toHaveLength(1)
  })

  test('a text, delivered five times at once by a new customer, is stored once with one contact', async () => {
    const params = aText(number, { From: '+16045559401' })

    const answers = await Promise.all(
      Array.from({ length: 5 }, () => twilioPost(world, SMS_PATH, params)),
    )

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    expect(await stored(params.MessageSid)).toHaveLength(1)
    expect(
      await world.sql("select 1 from contacts where phone_number = '+16045559401'"),
    ).toHaveLength(1)
  })

  test('a text, delivered again with other words, keeps the first ones', async () => {
    const params = aText(number, { Body: 'As it was' })
    await twilioPost(world, SMS_PATH, params)

    const answer = await twilioPost(world, SMS_PATH, { ...params, Body: 'As it was not' })

    expect(answer.status).toBe(200)
    expect(await stored(params.MessageSid)).toEqual([{ body: 'As it was' }])
  })

  test('a text, delivered to the fallback after the first, is stored once', async () => {
    const params = aText(number)
    await twilioPost(world, SMS_PATH, params)

    const answer = await twilioPost(world, `${SMS_PATH}/fallback`, {
      ...params,
      ErrorCode: '11200',
      ErrorUrl: `${world.origin}${SMS_PATH}`,
    })

    expect(answer.status).toBe(200)
    expect(await stored(params.MessageSid)).toHaveLength(1)
  })

  test('five texts of one new customer, at once, make one contact', async () => {
    const all = Array.from({ length: 5 }, () => aText(number, { From: '+16045559402' }))

    const answers = await Promise.all(all.map((params) => twilioPost(world, SMS_PATH, params)))

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    const rows = await world.sql(
      `select c.id, count(*)::int as texts from contacts c join messages m on m.contact_id = c.id
       where c.phone_number = '+16045559402' group by c.id`,
    )
    expect(rows).toMatchObject([{ texts: 5 }])
  })

  test('texts, to a number nobody holds, answer 404, and one notification counts them', async () => {
    const unknown = '+16045558401'

    const answers = []
    for (let index = 0; index < 3; index += 1)
      answers.push(await twilioPost(world, SMS_PATH, aText(unknown, { Body: 'Anybody there?' })))

    for (const answer of answers) expectProblem(answer, 404, 'phone_number_not_found')
    const open = (await notifications(world, '?type=sms_routing_failed')).filter(
      (row) => row.phone_number === unknown,
    )
    expect(open).toMatchObject([{ status: 'pending', occurrences: 3, organization_id: null }])
    expect(JSON.stringify(open)).not.toContain('Anybody')
    expect(await world.sql('select 1 from messages where to_number = $1', [unknown])).toEqual([])
  })

  test('a text, to a number that was taken from its organization, answers 404 and is not stored', async () => {
    const { organization } = await signUp(world)
    await world.sql(
      "update phone_numbers set status = 'quarantined', release_at = now() where phone_number = $1",
      [organization.phoneNumber],
    )
    const params = aText(organization.phoneNumber)

    const answer = await twilioPost(world, SMS_PATH, params)

    expectProblem(answer, 404, 'phone_number_not_found')
    expect(await stored(params.MessageSid)).toEqual([])
  })

  test.each(['1', 'ACME', 'whatsapp:+16045558402', '+1604555', "'; --"])(
    'a text, to %s, answers 404 and not an error of ours',
    async (to) => {
      const answer = await twilioPost(world, SMS_PATH, aText(to))

      expectProblem(answer, 404, 'phone_number_not_found')
    },
  )

  test('a text, to two organizations by one customer, reaches each with its own', async () => {
    const other = (await signUp(world)).organization
    await control(world, 'POST', 'sms', { from: '+16045559403', to: number, body: 'for the first' })
    await control(world, 'POST', 'sms', {
      from: '+16045559403',
      to: other.phoneNumber,
      body: 'for the other',
    })

    const rows = await world.sql<{ body: string }>(
      'select body from messages where organization_id = $1',
      [other.id],
    )

    expect(rows).toEqual([{ body: 'for the other' }])
  })

  test('a call, to our own voice URL, is given to the agent of the number’s holder, whoever is to answer', async () => {
    const answer = await twilioPost(world, '/api/webhooks/call/incoming', {
      CallSid: 'CA00000000000000000000000000000002',
      From: '+16045559404',
      To: number,
    })

    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toMatch(/^text\/xml/)
    expect(answer.body).toMatch(/<Connect><Stream url=".*"><Parameter name="conversation_id" /)
  })
})
