import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { withRetries } from '../../src/carriers/webhook-url.ts'
import { createAgent } from '../support/agents.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { aPoolNumber, importInDashboard } from '../support/manual.ts'
import { expectProblem } from '../support/problems.ts'
import { findingsOf, inTwilioConsole, numberAtTwilio } from '../support/reconcile.ts'
import {
  ADMIN,
  atCarriers,
  control,
  fault,
  notifications,
  request,
  runOrders,
  signUp,
} from '../support/requests.ts'
import {
  anOrganizationWithAgent,
  answererOf,
  boundTo,
  callTo,
  choose,
  customer,
  dial,
  importsOf,
  shown,
  syncAll,
} from '../support/voice-modes.ts'
import { startWorld, type World } from '../support/world.ts'

describe('an organization whose calls ElevenLabs answers', () => {
  let world: World
  /** Hosted elsewhere: answers also while the server does not. */
  const elsewhere = createServer({ keepAliveTimeout: 0 }, (_req, res) => {
    res.setHeader('content-type', 'text/xml')
    res.end('<Response><Say>Please call again later.</Say></Response>')
  })
  beforeAll(async () => {
    await once(elsewhere.listen(0, '127.0.0.1'), 'listening')
    const { port } = elsewhere.address() as AddressInfo
    world = await startWorld({ settings: { VOICE_FALLBACK_URL: `http://127.0.0.1:${port}` } })
  })
  afterAll(async () => {
    elsewhere.close()
    await stopWithCleanLogs(world)
  })

  test('that has this server answer, and goes back, is heard with the same name and memory', async () => {
    const { organization } = await signUp(world, { name: 'Premium Auto Sales' })
    const number = organization.phoneNumber
    const before = await numberAtTwilio(world, number)
    const said = await callTo(world, number, customer, ['I want the red one'])

    const changed = await choose(world, organization.id, 'server')
    const byUs = await callTo(world, number)

    expect(changed.body.organization).toMatchObject({
      settings: { inbound_voice: 'server' },
      readyToUse: true,
    })
    expect(await numberAtTwilio(world, number)).toMatchObject({
      voice_url: `${world.origin}/api/webhooks/call/incoming`,
      status_callback: withRetries(`${world.origin}/api/webhooks/twilio/call-status`),
      sms_url: before.sms_url,
    })
    expect([said.mode, byUs.mode]).toEqual(['elevenlabs', 'server'])
    expect(byUs.agentSaid).toBe(said.agentSaid)
    expect(byUs.agentSaid).toContain('Premium Auto Sales')
    expect(byUs.variables).toMatchObject({
      organization_id: organization.id,
      lead_status: 'Returning Customer',
      conversation_context: expect.stringContaining('I want the red one'),
    })

    await choose(world, organization.id, 'elevenlabs')
    const again = await callTo(world, number)

    expect(await numberAtTwilio(world, number)).toEqual({
      ...before,
      date_updated: expect.anything(),
    })
    expect(again.mode).toBe('elevenlabs')
    expect({ ...again.variables, conversation_context: '' }).toEqual({
      ...byUs.variables,
      conversation_context: '',
      previous_summary: again.variables.previous_summary,
      call_id: again.variables.call_id,
    })
    const calls = await world.sql('select status from calls where organization_id = $1', [
      organization.id,
    ])
    expect(calls).toEqual(Array(3).fill({ status: 'completed' }))
  })

  test('that is called while this server is away, loses the call before its agent says a word; where this server was to answer, the fallback speaks', async () => {
    const { organization } = await signUp(world)
    const number = organization.phoneNumber
    const callNow = () => world.whileAway(() => callTo(world, number))
    const { voice_fallback_url: fallback } = await numberAtTwilio(world, number)

    const lost = await callNow()
    await choose(world, organization.id, 'server')
    const caught = await callNow()

    expect(fallback).toBe(world.config.numbers.voiceFallbackUrl)
    expect(lost).toMatchObject({ mode: 'elevenlabs', answered: false, heard: [] })
    expect(lost.error).toContain('webhook did not answer')
    expect(caught).toMatchObject({ mode: 'server', heard: ['Please call again later.'] })
  })

  test('that goes over while ElevenLabs is away, is answered by this server all the same', async () => {
    const { organization } = await signUp(world)
    await fault(world, 'elevenlabs', 'phoneNumbers.get', 'error', { times: 9 })

    await choose(world, organization.id, 'server')
    await control(world, 'DELETE', 'faults')

    expect((await numberAtTwilio(world, organization.phoneNumber)).voice_url).toContain(
      '/api/webhooks/call/incoming',
    )
  })

  test('that goes over while Twilio is away, is synced by the loop', async () => {
    const { organization } = await signUp(world)
    await fault(world, 'twilio', 'incomingPhoneNumbers.fetch', 'error', { status: 503, times: 2 })

    const changed = await choose(world, organization.id, 'server')

    expect(changed.status).toBe(200)
    await syncAll(world)
    expect((await callTo(world, organization.phoneNumber)).mode).toBe('server')
  })

  test('that goes over, shares a customer with another, and neither hears of the other', async () => {
    const [a, b] = [await signUp(world), await signUp(world)]
    for (const { organization } of [a, b]) await choose(world, organization.id, 'server')
    const shared = '+16045559812'
    await callTo(world, a.organization.phoneNumber, shared, ['My name is for A alone'])

    const toB = await callTo(world, b.organization.phoneNumber, shared, ['And this for B'])
    const toA = await callTo(world, a.organization.phoneNumber, shared)

    expect(toB.variables).toMatchObject({ lead_status: 'New Inquiry', conversation_context: '' })
    expect(JSON.stringify(toB)).not.toContain(a.organization.name)
    expect(toA.variables.conversation_context).toContain('for A alone')
    expect(JSON.stringify(toA)).not.toContain('for B')
  })

  test('that has this server answer, has another number from the pool brought to it', async () => {
    const { organization } = await signUp(world)
    await choose(world, organization.id, 'server')
    const number = await aPoolNumber(world)

    const path = `/api/organizations/${organization.id}/phone-numbers`
    const body = { areaCode: number.slice(2, 5) }
    const added = await request(world.origin, 'POST', path, { token: ADMIN, body })
    await syncAll(world)

    expect(added.body.phoneNumber).toBe(number)
    const call = await callTo(world, number)
    expect(call.mode).toBe('server')
    expect(call.agentSaid).toContain(organization.name)
  })

  test('that has an agent of its own, has it answer its number and no other, in both modes', async () => {
    const { organization, agent } = await anOrganizationWithAgent(world)
    const [own, shared] = [agent.agent_id, world.config.elevenLabs.agentId]

    for (const mode of ['elevenlabs', 'server', 'elevenlabs'] as const) {
      await choose(world, organization.id, mode)

      const answerers = [
        await answererOf(world, agent.phone_number),
        await answererOf(world, organization.phoneNumber),
      ]
      expect(answerers).toEqual([
        { mode, here: own, there: own },
        { mode, here: shared, there: shared },
      ])
    }
    expect(await boundTo(world, agent.phone_number)).toEqual([own])
    expect(await boundTo(world, organization.phoneNumber)).toEqual([shared])
  })

  test('that has this server answer, is explained so', async () => {
    const { organization } = await signUp(world)
    await choose(world, organization.id, 'server')

    const { body } = await request(
      world.origin,
      'GET',
      `/api/admin/routes/explain?to=${organization.phoneNumber.slice(1)}`,
      { token: ADMIN },
    )

    expect(body.routing).toMatchObject({
      voiceUrl: `${world.origin}/api/webhooks/call/incoming`,
      agentId: world.config.elevenLabs.agentId,
      verified: true,
    })
    expect(body.steps).toContainEqual(expect.objectContaining({ step: 'call', result: 'answered' }))
  })

  test('that is suspended while this server answers, is refused politely, and comes back', async () => {
    const { organization } = await signUp(world)
    await choose(world, organization.id, 'server')
    const setStatus = (status: string) =>
      request(world.origin, 'PATCH', `/api/organizations/${organization.id}`, {
        token: ADMIN,
        body: { status },
      })

    await setStatus('suspended')
    const refused = await callTo(world, organization.phoneNumber)
    await setStatus('active')

    expect(refused).toMatchObject({
      answered: true,
      agentSaid: expect.stringContaining('not in service'),
    })
    expect(JSON.stringify(refused)).not.toContain(organization.name)
    expect((await callTo(world, organization.phoneNumber)).agentSaid).toContain(organization.name)
  })

  test('that gives its number up while this server answers, is not spoken for any more', async () => {
    const { organization } = await signUp(world)
    const number = organization.phoneNumber
    await choose(world, organization.id, 'server')

    await request(world.origin, 'POST', `/api/admin/phone-numbers/${number}/release`, {
      token: ADMIN,
    })

    expect((await callTo(world, number)).agentSaid).toContain('not in service')
    expect(await notifications(world, '?type=call_routing_failed')).toEqual([])
  })
})

describe('a number at Twilio whose URLs are right', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { INBOUND_VOICE: 'server' } })
  })
  afterAll(() => stopWithCleanLogs(world))

  test.each([
    ['calls by GET', { VoiceMethod: 'GET' }, 'voiceUrl'],
    ['texts by GET', { SmsMethod: 'GET' }, 'smsUrl'],
    ['texts that failed by GET', { SmsFallbackMethod: 'GET' }, 'smsFallbackUrl'],
    ['ends of calls by GET', { StatusCallbackMethod: 'GET' }, 'statusCallback'],
    ['calls to an application', { VoiceApplicationSid: `AP${'1'.repeat(32)}` }, 'voiceUrl'],
    ['calls to a trunk', { TrunkSid: `TK${'1'.repeat(32)}` }, 'voiceUrl'],
    ['texts to an application', { SmsApplicationSid: `AP${'2'.repeat(32)}` }, 'smsUrl'],
  ])(
    'that somebody had send its %s, is found by the sweep and put right',
    async (_what, set, name) => {
      const { organization } = await signUp(world)
      const number = organization.phoneNumber
      const before = await numberAtTwilio(world, number)
      await inTwilioConsole(world, number, set)

      const findings = await findingsOf(world, 'repair', [number])

      expect(findings).toMatchObject([{ class: 'drift', detail: expect.stringContaining(name) }])
      expect(await numberAtTwilio(world, number)).toEqual({
        ...before,
        date_updated: expect.anything(),
      })
      expect((await callTo(world, number)).agentSaid).toContain(organization.name)
      expect(await findingsOf(world, 'dry-run', [number])).toEqual([])
    },
  )
})

describe('a server that answers calls itself, with manual imports', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { INBOUND_VOICE: 'server', ELEVENLABS_IMPORT: 'manual' } })
  })
  afterAll(() => stopWithCleanLogs(world))

  test('sign-up, is ready at once, without any import', async () => {
    const { organization } = await signUp(world)

    expect(organization).toMatchObject({
      phoneNumberStatus: 'active',
      readyToUse: true,
      requiresElevenLabsImport: false,
      phoneNumberPurchased: organization.phoneNumber,
    })
    const call = await callTo(world, organization.phoneNumber)
    expect(call).toMatchObject({ mode: 'server', answered: true })
    expect(call.agentSaid).toContain(organization.name)
    expect(await importsOf(world, organization.phoneNumber)).toEqual([])
    expect(await notifications(world, '?type=elevenlabs_import_required')).toEqual([])
  })

  test('an organization that wants ElevenLabs to answer, waits for the import and is answered here until then', async () => {
    const { organization } = await signUp(world)
    const number = organization.phoneNumber

    await choose(world, organization.id, 'elevenlabs')
    await runOrders(world)

    expect(await shown(world, organization.id)).toMatchObject({
      requiresElevenLabsImport: true,
      readyToUse: true,
    })
    expect((await callTo(world, number)).mode).toBe('server')
    const [reported] = (await notifications(world, '?type=elevenlabs_import_required')).filter(
      (row) => row.organization_id === organization.id,
    )
    expect(reported?.status).toBe('pending')

    const elevenLabsPhoneId = await importInDashboard(world, number)
    const path = `/api/admin/phone-numbers/${number}/activate`
    const activate = () =>
      request(world.origin, 'POST', path, { token: ADMIN, body: { elevenLabsPhoneId } })

    expect(await activate()).toMatchObject({ status: 200, body: { status: 'assigned' } })
    expect(await activate()).toMatchObject({ status: 200, body: { status: 'assigned' } })
    const call = await callTo(world, number)
    expect(call.mode).toBe('elevenlabs')
    expect(call.agentSaid).toContain(organization.name)
    expect(await shown(world, organization.id)).toMatchObject({ requiresElevenLabsImport: false })
  })

  test('an outbound call, before the import, is refused and asks for the import once', async () => {
    const { organization } = await signUp(world)

    expectProblem(await dial(world, organization.id), 409, 'import_pending')
    expectProblem(await dial(world, organization.id), 409, 'import_pending')

    const orders = await world.sql(
      "select step, status from number_orders where organization_id = $1 and cause = 'adopted'",
      [organization.id],
    )
    expect(orders).toEqual([{ step: 'import', status: 'needs_attention' }])
    expect((await callTo(world, organization.phoneNumber)).agentSaid).toContain(organization.name)
  })

  test('a number that waits in the pool, is called and speaks for nobody', async () => {
    const { body } = await request(
      world.origin,
      'POST',
      '/api/admin/phone-numbers/batch-purchase',
      { token: ADMIN, body: { count: 1, areaCode: '778' } },
    )
    const [row] = await world.sql<{ phone_number: string; elevenlabs_phone_id: string | null }>(
      "select phone_number, elevenlabs_phone_id from phone_numbers where status = 'configured'",
    )

    expect(body.count).toBe(1)
    expect(row?.elevenlabs_phone_id).toBeNull()
    expect((await callTo(world, row?.phone_number ?? '')).agentSaid).toContain('not in service')
    const { organization } = await signUp(world, { preferredAreaCode: '778' })
    expect(organization).toMatchObject({ phoneNumber: row?.phone_number, readyToUse: true })
    expect((await callTo(world, organization.phoneNumber)).agentSaid).toContain(organization.name)
  })
})

describe('a server that answers calls itself and imports by itself', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { INBOUND_VOICE: 'server' } })
  })
  afterEach(() => control(world, 'DELETE', 'faults'))
  afterAll(() => stopWithCleanLogs(world))

  test('an organization that wants ElevenLabs to answer while its number is set up, is imported after that', async () => {
    await fault(world, 'twilio', 'incomingPhoneNumbers.fetch', 'error', { status: 503, times: 99 })
    const { organization } = await signUp(world)
    const [order] = await world.sql(
      "select id, step from number_orders where organization_id = $1 and status = 'needs_attention'",
      [organization.id],
    )
    await choose(world, organization.id, 'elevenlabs')
    await control(world, 'DELETE', 'faults')

    await request(world.origin, 'POST', `/api/admin/orders/${order?.id}/retry`, { token: ADMIN })
    await runOrders(world)
    await syncAll(world)

    expect(order?.step).toBe('sync')
    const { phoneNumber } = await shown(world, organization.id)
    expect(await importsOf(world, phoneNumber)).toHaveLength(1)
    expect((await callTo(world, phoneNumber)).mode).toBe('elevenlabs')
  })

  test('an outbound call, the first from a number, has it imported and goes through', async () => {
    const { organization } = await signUp(world)
    expect(await importsOf(world, organization.phoneNumber)).toEqual([])

    const dialled = await dial(world, organization.id)

    expect(dialled).toMatchObject({ status: 200, body: { from: organization.phoneNumber } })
    expect(await importsOf(world, organization.phoneNumber)).toHaveLength(1)
    expect((await callTo(world, organization.phoneNumber)).mode).toBe('server')
    expect(await shown(world, organization.id)).toEqual(organization)
  })

  test('an outbound call, the first from the number of an agent, has it imported with that agent', async () => {
    const { organization, token } = await signUp(world, { provisionPhone: false })
    const { body: agent } = await createAgent(world, token)
    const own = agent.agent_id
    expect(await importsOf(world, agent.phone_number)).toEqual([])

    const dialled = await dial(world, organization.id)

    expect(dialled).toMatchObject({ status: 200, body: { from: agent.phone_number } })
    expect(await boundTo(world, agent.phone_number)).toEqual([own])
    const { elevenlabs } = await atCarriers(world)
    expect(elevenlabs.conversations.at(-1)).toMatchObject({ agent_id: own })
    expect(await answererOf(world, agent.phone_number)).toEqual({
      mode: 'server',
      here: own,
      there: own,
    })
  })

  test('an organization with an agent of its own that wants ElevenLabs to answer, keeps it, as another that shares its customer does', async () => {
    const [a, b] = [await anOrganizationWithAgent(world), await anOrganizationWithAgent(world)]
    const answerers = () =>
      Promise.all(
        [a, b].flatMap(({ organization, agent }) =>
          [organization.phoneNumber, agent.phone_number].map((to) => answererOf(world, to)),
        ),
      )
    const shared = world.config.elevenLabs.agentId
    const expected = (mode: string) =>
      [shared, a.agent.agent_id, shared, b.agent.agent_id].map((id) => ({
        mode,
        here: id,
        there: id,
      }))
    expect(await answerers()).toEqual(expected('server'))

    for (const { organization } of [a, b]) await choose(world, organization.id, 'elevenlabs')
    await runOrders(world)

    expect(await answerers()).toEqual(expected('elevenlabs'))
    expect(await boundTo(world, b.agent.phone_number)).toEqual([b.agent.agent_id])
  })

  test('an organization that wants ElevenLabs to answer, is imported and goes over by itself', async () => {
    const { organization } = await signUp(world)

    await choose(world, organization.id, 'elevenlabs')
    await runOrders(world)

    expect((await callTo(world, organization.phoneNumber)).mode).toBe('elevenlabs')
    await choose(world, organization.id, null)
    expect((await callTo(world, organization.phoneNumber)).mode).toBe('server')
  })

  test('a number that ElevenLabs is to answer without an import, is imported by the sweep', async () => {
    const { organization } = await signUp(world)
    await world.sql(
      `update organizations set settings = '{"inbound_voice": "elevenlabs"}' where id = $1`,
      [organization.id],
    )

    const findings = await findingsOf(world, 'repair')
    await runOrders(world)

    expect(findings).toContainEqual(
      expect.objectContaining({ phoneNumber: organization.phoneNumber, action: 'reimported' }),
    )
    expect((await callTo(world, organization.phoneNumber)).mode).toBe('elevenlabs')
  })
})
