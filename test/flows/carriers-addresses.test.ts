import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isForClients } from '../../src/http/route.ts'
import { alertReceiver, alertsOf } from '../support/alert-receiver.ts'
import { deliverDue } from '../support/events.ts'
import { forEveryRoute } from '../support/every-route.ts'
import { operations } from '../support/operations.ts'
import { aPicture, aVoicemail } from '../support/recordings.ts'
import { ADMIN, control, notifications, request } from '../support/requests.ts'
import { pathOf } from '../support/route-table.ts'
import { aCall, askInitiation } from '../support/signed.ts'
import { webhookReceiver } from '../support/webhook-receiver.ts'
import { startWorld, type World } from '../support/world.ts'

const CUSTOMER = '+16045558301'

/** Where the carriers keep what was recorded and sent along; it opens with the operators' credentials. */
const KEPT_THERE = /\/Recordings\/|\/Media\/ME|\/audio\b|\/twilio\/mms|twiliocdn|\bRE[0-9a-f]{32}/

describe('an address that opens with the credentials of those who run the server', () => {
  let world: World
  let stage: Awaited<ReturnType<typeof forEveryRoute>>
  let line: { id: string; number: string }
  beforeAll(async () => {
    world = await startWorld()
    stage = await forEveryRoute(world)
    const { organizationId = '', phoneNumber = '' } = stage.tenant.ids
    line = { id: organizationId, number: phoneNumber }
    await aPicture(world, line, CUSTOMER, ['car.png', 'card.vcf'])
    await aVoicemail(world, line, CUSTOMER)
    // A caller who left a message, of whom nothing but that is known.
    await control(world, 'POST', 'calls', { from: 'anonymous', to: line.number, says: ['Hello'] })
  })
  afterAll(() => world.stop())

  test('is there to be found: carriers have them, and this server knows them', async () => {
    const kept = await world.sql(
      `select recording_url as address from calls where recording_url is not null
       union all select e ->> 'url' from messages m, jsonb_array_elements(m.media) e where m.direction = 'inbound'`,
    )

    expect(kept.length).toBeGreaterThan(3)
    for (const { address } of kept) expect(address).toMatch(KEPT_THERE)
  })

  test('is in no answer to anybody, whatever is read', async () => {
    const reading = operations.filter(({ route }) => route.method === 'get' && isForClients(route))
    const wrong: string[] = []
    let media = 0
    for (const operation of reading) {
      const { params, query } = stage.accepted(operation)
      const search = new URLSearchParams(query).toString()
      const path = pathOf(operation.route, params) + (search && `?${search}`)
      for (const token of [ADMIN, stage.tenant.token, stage.tenant.key]) {
        const { body, headers } = await request(world.origin, 'GET', path, { token })
        const said = JSON.stringify([Buffer.isBuffer(body) ? '' : body, [...headers]])
        if (KEPT_THERE.test(said)) wrong.push(`${operation.name}: ${said.slice(0, 300)}`)
        media += said.split(/\/recording"|\/media\/\d+"/).length - 1
      }
    }

    expect(wrong).toEqual([])
    expect(media).toBeGreaterThan(10)
  })

  test('is in no event, as it is stored or told', async () => {
    const receiver = await webhookReceiver()
    for (const base of [`/api/organizations/${line.id}`, '/api/admin'])
      await request(world.origin, 'POST', `${base}/webhook-endpoints`, {
        token: ADMIN,
        body: { url: receiver.url },
      })
    await aPicture(world, line, CUSTOMER)
    await aVoicemail(world, line, CUSTOMER)
    const stored = await world.sql<{ type: string }>('select type, facts from events')
    await expect
      .poll(async () => {
        await deliverDue(world)
        return receiver.requests.length
      })
      .toBeGreaterThanOrEqual(4)

    expect(stored.map(({ type }) => type)).toContain('voicemail.received')
    expect(JSON.stringify(stored)).not.toMatch(KEPT_THERE)
    expect(receiver.requests.map(({ body }) => body).join('\n')).not.toMatch(KEPT_THERE)
  })

  test('is in no notification, nor in a chat, which name where it is heard here', async () => {
    const chat = await alertReceiver()
    await alertsOf(world.context.db, chat.url, world.context.log).tick(new AbortController().signal)
    const shown = (await notifications(world)).map(({ message }) => message).join('\n')

    expect(shown).toContain(`left a message`)
    expect([shown, ...chat.texts()].join('\n')).toMatch(
      /GET \/api\/organizations\/[\w-]+\/calls\/[\w-]+\/recording/,
    )
    expect([shown, ...chat.texts()].join('\n')).not.toMatch(KEPT_THERE)
  })

  test('is in nothing that an agent is told before a call', async () => {
    const { phoneNumber = '' } = stage.tenant.ids
    const { body } = await askInitiation(world, aCall(phoneNumber, { caller_id: CUSTOMER }))

    expect(body.dynamic_variables.conversation_context).toContain('Look')
    expect(JSON.stringify(body)).not.toMatch(KEPT_THERE)
  })

  test('is no member’s to read in the database', async () => {
    const readable = await world.sql(
      `select a.attrelid::regclass::text as "table", a.attname as "column" from pg_attribute a
       where a.attrelid in ('orgline.calls'::regclass, 'orgline.messages'::regclass)
         and a.attname in ('recording_url', 'media')
         and has_column_privilege('authenticated', a.attrelid, a.attnum, 'select')`,
    )

    expect(readable).toEqual([])
  })

  test('is in no line of the log', () => {
    expect(world.logs.length).toBeGreaterThan(10)
    expect(world.logs.filter((line) => KEPT_THERE.test(line))).toEqual([])
  })
})
