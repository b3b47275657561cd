import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aKey } from '../support/api-keys.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { ADMIN, atCarriers, aUser, control, request, signUp } from '../support/requests.ts'
import { aText, twilioPost } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

const STATUS_PATH = '/api/webhooks/twilio/message-status'

describe('POST /api/organizations/:organizationId/messages', () => {
  let world: World
  let organizationId: string
  let path: string
  let token: string
  beforeAll(async () => {
    world = await startWorld()
    const signedUp = await signUp(world)
    organizationId = signedUp.organization.id
    token = signedUp.token
    path = `/api/organizations/${organizationId}/messages`
  })
  afterAll(() => stopWithCleanLogs(world))

  const text = (
    body: unknown,
    as = token,
    headers: Record<string, string> = { 'idempotency-key': randomUUID() },
  ) => request(world.origin, 'POST', path, { token: as, body, headers })
  const sent = async () => (await atCarriers(world)).requests.twilio['messages.create'] ?? 0

  test.each([
    ['a body of 1,601 characters', { body: 'a'.repeat(1_601) }, 'validation_failed'],
    ['a body of 10,000 emoji', { body: '😀'.repeat(10_000) }, 'validation_failed'],
    ['a body with NUL', { body: 'a\0b' }, 'validation_failed'],
    ['a body with half a character', '{"to":"+16045559900","body":"\\ud83d"}', 'validation_failed'],
    ['a blank body without media', { body: ' \n' }, 'validation_failed'],
    [
      'eleven media',
      { mediaUrls: Array(11).fill('https://media.example.com/1') },
      'validation_failed',
    ],
    ['a media URL that is none', { mediaUrls: ['file:///etc/passwd'] }, 'validation_failed'],
    ['a media URL of this machine', { mediaUrls: ['http://127.0.0.1/1'] }, 'media_url_not_public'],
    [
      'a media URL with a password',
      { mediaUrls: ['https://a:b@a.example/1'] },
      'media_url_not_public',
    ],
    ['a field nobody knows', { body: 'Hello', sender: '+16045550100' }, 'validation_failed'],
    [
      'a number of nobody of ours to come from',
      { body: 'Hello', from: '+16045550100' },
      'from_unfit',
    ],
    ['an emergency number', { to: '911', body: 'Hello' }, 'destination_emergency'],
    ['a number nobody can have', { to: '+1604', body: 'Hello' }, 'destination_impossible'],
    ['a premium number', { to: '+19005550123', body: 'Hello' }, 'destination_premium'],
  ])('with %s: is refused, and nothing is sent', async (_name, fields, code) => {
    const before = await sent()

    const answer = await text(
      typeof fields === 'string' ? fields : { to: '+16045559900', ...fields },
    )

    expect(answer.body).toMatchObject({ code })
    expect(answer.status).toBeLessThan(500)
    expect(await sent()).toBe(before)
  })

  test.each([
    ['NUL in the lead id', { leadId: 'a\0b' }, { lead_id: 'a\ufffdb' }],
    ['half a character in the lead id', { leadId: 'a\ud83db' }, { lead_id: 'a\ufffdb' }],
    ['NUL in a media URL', { mediaUrls: ['https://media.example.com/\0'] }, {}],
    ['half a character in a media URL', { mediaUrls: ['https://media.example.com/\ud83d'] }, {}],
    ['400 emoji', { body: '😀'.repeat(400) }, { body: '😀'.repeat(400) }],
  ])('with %s: is sent as it can be, or refused', async (_name, fields, shown) => {
    const answer = await text({ to: '+16045559907', body: 'Hello', ...fields })

    expect([201, 400]).toContain(answer.status)
    if (answer.status === 201) expect(answer.body.message).toMatchObject(shown)
  })

  test("another tenant's organization, and one of its texts: do not exist", async () => {
    const stranger = await aUser(world)
    const own = await text({ to: '+16045559901', body: 'Hello' })

    const answers = await Promise.all([
      text({ to: '+16045559901', body: 'Hello' }, stranger.token),
      request(world.origin, 'GET', path, { token: stranger.token }),
      request(world.origin, 'GET', `${path}/${own.body.message.id}`, { token: stranger.token }),
    ])

    expect(answers.map(({ body }) => body.code)).toEqual(Array(3).fill('organization_not_found'))
    const { organization } = await signUp(world)
    const elsewhere = `/api/organizations/${organization.id}/messages/${own.body.message.id}`
    const { body } = await request(world.origin, 'GET', elsewhere, { token: ADMIN })
    expect(body.code).toBe('message_not_found')
  })

  test('a key: needs the scope messages:write to text, and read to read', async () => {
    const [reader, writer] = await Promise.all([
      aKey(world, organizationId, ['read']),
      aKey(world, organizationId, ['messages:write']),
    ])

    const answers = await Promise.all([
      text({ to: '+16045559902', body: 'Hello' }, reader.key),
      text({ to: '+16045559902', body: 'Hello' }, writer.key),
      request(world.origin, 'GET', path, { token: reader.key }),
      request(world.origin, 'GET', path, { token: writer.key }),
    ])

    expect(answers.map(({ status }) => status)).toEqual([403, 201, 200, 403])
  })

  test('the same Idempotency-Key twice: sends once and answers the same', async () => {
    const before = await sent()
    const headers = { 'idempotency-key': randomUUID() }
    const body = { to: '+16045559903', body: 'Once' }

    const answers = [await text(body, token, headers), await text(body, token, headers)]

    expect(answers[1]?.body).toEqual(answers[0]?.body)
    expect(await sent()).toBe(before + 1)
  })

  test('the list, filtered: has what fits, and refuses filters nobody knows', async () => {
    const to = '+16045559904'
    const { body } = await text({ to, body: 'Filtered', leadId: 'lead-9' })
    const list = (query: string) => request(world.origin, 'GET', `${path}?${query}`, { token })
    const contactId = body.message.contact_id

    const mine = await list(`contactId=${contactId}&direction=outbound&from=2020-01-01T00:00:00Z`)
    const none = await list(`contactId=${contactId}&direction=inbound`)
    const wrong = await Promise.all(
      ['status=lost', 'from=yesterday', 'unknown=1', 'limit=0'].map(list),
    )

    expect(mine.body.messages).toEqual([
      expect.objectContaining({ to, body: 'Filtered', lead_id: 'lead-9', segments: 1 }),
    ])
    expect(none.body).toMatchObject({ messages: [], nextCursor: null })
    expect(wrong.map(({ status }) => status)).toEqual([400, 400, 400, 400])
  })

  test('an inbound STOP: is answered with nothing, and holds until START', async () => {
    const [number] = await world.sql<{ number: string }>(
      `select p.phone_number as number from phone_numbers p
       join organization_phone_numbers h on h.phone_number_id = p.id where h.organization_id = $1`,
      [organizationId],
    )
    const customer = '+16045559905'
    const say = (Body: string) =>
      twilioPost(
        world,
        '/api/webhooks/twilio/sms',
        aText(number?.number ?? '', { From: customer, Body }),
      )

    const stopped = await say('Stop')
    const refused = await text({ to: customer, body: 'Hello' })
    await say('start')
    const allowed = await text({ to: customer, body: 'Hello' })

    expect(stopped.body).toMatch(/<Response\/>|<Response><\/Response>/)
    expect(refused).toMatchObject({ status: 409, body: { code: 'opted_out' } })
    expect(allowed.status).toBe(201)
  })
})

describe(`POST ${STATUS_PATH}`, () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  test.each([
    ['an unknown SID', { MessageSid: 'SM1', MessageStatus: 'sent' }, ''],
    ['a status nobody knows', { MessageSid: 'SM2', MessageStatus: 'teleported' }, ''],
    ['a status named as an object has it', { MessageSid: 'SM3', MessageStatus: 'toString' }, ''],
    [
      'an error code of letters',
      { MessageSid: 'SM4', MessageStatus: 'failed', ErrorCode: 'x' },
      '',
    ],
    ['an id of ours that is none', { MessageSid: 'SM5', MessageStatus: 'sent' }, '?message=nobody'],
    ['NUL and half a character', { MessageSid: 'SM\0\ud83d', MessageStatus: 'a\0' }, ''],
    ['NUL in its SID', { MessageSid: 'SM\0', MessageStatus: 'sent' }, '?message=%00'],
    ['an id nobody has', { MessageSid: 'SM6', MessageStatus: 'sent' }, `?message=${randomUUID()}`],
  ])('with %s: is acknowledged', async (_name, params, query) => {
    const answer = await twilioPost(world, `${STATUS_PATH}${query}`, params)

    expect(answer.status).toBe(200)
  })

  test('without a SID: is refused', async () => {
    const answer = await twilioPost(world, STATUS_PATH, { MessageStatus: 'sent' })

    expect(answer.status).toBe(400)
  })

  test('for a text of another organization than its sender: changes only that text', async () => {
    const [first, second] = await Promise.all([signUp(world), signUp(world)])
    const send = async ({ organization, token }: typeof first) => {
      const path = `/api/organizations/${organization.id}/messages`
      const body = { to: '+16045559906', body: 'Hello' }
      return (await request(world.origin, 'POST', path, { token, body })).body.message
    }
    const [one, other] = [await send(first), await send(second)]
    await control(world, 'POST', 'idle')
    await world.sql("update messages set status = 'sent'")

    await twilioPost(world, `${STATUS_PATH}?message=${other.id}`, {
      MessageSid: one.message_sid,
      MessageStatus: 'undelivered',
      ErrorCode: '30007',
    })

    expect(await world.sql('select id, status, error_code from messages order by status')).toEqual([
      { id: other.id, status: 'sent', error_code: null },
      { id: one.id, status: 'undelivered', error_code: '30007' },
    ])
  })
})
