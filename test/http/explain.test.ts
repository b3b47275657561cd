import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAgent } from '../support/agents.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { aPoolNumber, assign } from '../support/manual.ts'
import { aConversation, postCall } from '../support/post-call.ts'
import { expectProblem, wrongParts } from '../support/problems.ts'
import { aLine, endQuarantine, givingOf, releaseDue } from '../support/quarantine.ts'
import { ADMIN, control, fault, request, signUp } from '../support/requests.ts'
import { aText, SMS_PATH, twilioPost } from '../support/signed.ts'
import { atTwilio } from '../support/twilio-console.ts'
import { choose, syncAll } from '../support/voice-modes.ts'
import { startWorld, type World } from '../support/world.ts'
import { eleven } from '../twins/support.ts'

const CUSTOMER = '+16045559950'

describe('explaining a route', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  const ask = (query: Record<string, string>) =>
    request(world.origin, 'GET', `/api/admin/routes/explain?${new URLSearchParams(query)}`, {
      token: ADMIN,
    })
  const explain = async (query: Record<string, string>) => {
    const { status, body } = await ask(query)
    expect(status).toBe(200)
    return body
  }
  /** The results of its steps, by step. */
  const verdict = async (query: Record<string, string>) => {
    const { steps } = await explain(query)
    return Object.fromEntries(
      steps.map(({ step, result }: { step: string; result: string }) => [step, result]),
    )
  }

  /** What a real text and a real call to the number do. */
  const reality = async (to: string, from = CUSTOMER) => {
    const text = await twilioPost(world, SMS_PATH, aText(to, { From: from }))
    const call = await request(world.twins.origin, 'POST', '/control/calls', {
      body: { from, to, says: ['Is it there?'] },
    })
    const said: string = call.status < 400 ? call.body.agentSaid : ''
    const spokenFor: string = call.body.variables?.organization_name
    return {
      text: { 200: 'stored', 404: 'refused' }[text.status],
      call:
        call.status >= 400
          ? 'not_ours'
          : said.includes('not in service')
            ? 'not_in_service'
            : ({ 'Jack Automotive': 'neutral' }[spokenFor] ??
              (said.includes(spokenFor) && 'answered')),
      organizationId: call.body.variables?.organization_id || null,
    }
  }

  /** Numbers by what has become of them; the tests share one world, and each makes its own. */
  const situations: Record<string, () => Promise<string>> = {
    assigned: async () => (await signUp(world)).organization.phoneNumber,
    'in the pool': () => aPoolNumber(world),
    'of a suspended organization': async () => {
      const { organization } = await signUp(world)
      await setStatus(organization.id, 'suspended')
      return organization.phoneNumber
    },
    'waiting for its manual import': async () => {
      await fault(world, 'elevenlabs', 'phoneNumbers.create', 'error', { status: 422, times: 1 })
      return (await signUp(world)).organization.phoneNumber
    },
    quarantined: async () => {
      const line = await aLine(world)
      await line.organization.release()
      return line.number
    },
    released: async () => {
      const line = await aLine(world)
      await line.organization.release()
      await endQuarantine(world, line.number)
      await releaseDue(world)
      return line.number
    },
    'never ours': async () => nextNumber(),
  }

  test.each<[string, Record<string, string>]>([
    ['assigned', { number: 'assigned', holder: 'active', text: 'stored', call: 'answered' }],
    ['in the pool', { number: 'configured', holder: 'nobody', text: 'refused', call: 'neutral' }],
    [
      'of a suspended organization',
      { number: 'assigned', holder: 'suspended', text: 'stored', call: 'not_in_service' },
    ],
    [
      'waiting for its manual import',
      { number: 'purchased', holder: 'active', text: 'stored', call: 'not_in_service' },
    ],
    [
      'quarantined',
      { number: 'quarantined', holder: 'nobody', text: 'refused', call: 'not_in_service' },
    ],
    ['released', { number: 'released', holder: 'nobody', text: 'refused', call: 'not_ours' }],
    ['never ours', { number: 'unknown', holder: 'nobody', text: 'refused', call: 'not_ours' }],
  ])(
    'to a number that is %s, tells what a real text and a real call then do',
    async (situation, expected) => {
      const to = (await situations[situation]?.()) ?? ''

      const reported = await verdict({ to })
      const { holding, routing } = await explain({ to })
      const happened = await reality(to)

      expect(reported).toMatchObject(expected)
      expect({ text: reported.text, call: reported.call }).toEqual({
        text: happened.text,
        call: happened.call,
      })
      expect(reported.agent).toBe(routing ? (routing.agentId ? 'speaks' : 'none') : undefined)
      expect(reported.carriers).toBe(
        routing ? (routing.verified ? 'verified' : 'syncing') : undefined,
      )
      if (happened.organizationId) expect(holding.organization_id).toBe(happened.organizationId)
      if (reported.call === 'answered')
        expect(happened.organizationId).toBe(holding.organization_id)
    },
  )

  test('to a live number, names its holder, its agent, and where the carriers point', async () => {
    const { organization } = await signUp(world)
    const to = organization.phoneNumber

    const { numbers, holding, routing } = await explain({ to })

    const { twilio } = await control(world, 'GET', 'state')
    const atCarriers = twilio.numbers.find(
      (row: { phone_number: string }) => row.phone_number === to,
    )
    expect(routing).toEqual({
      voiceUrl: atCarriers.voice_url,
      smsUrl: atCarriers.sms_url,
      agentId: world.config.elevenLabs.agentId,
      verified: true,
      verifiedAt: expect.any(String),
    })
    expect(numbers[0]).toMatchObject({ status: 'assigned', sync_due_at: null, ghost_since: null })
    expect(holding).toMatchObject({
      organization_id: organization.id,
      organization_name: organization.name,
      is_active: true,
      ended_at: null,
    })
  })

  test('to a number that somebody has pointed elsewhere since, calls nothing verified, stored or answered', async () => {
    const { organization } = await signUp(world)
    const to = organization.phoneNumber
    const [row] = await world.sql<{ sid: string; verified_at: Date | null }>(
      'select twilio_phone_sid as sid, verified_at from phone_numbers where phone_number = $1',
      [to],
    )
    expect(row?.verified_at).not.toBeNull()
    await world.context.telephony.updateSettings(row?.sid ?? '', {
      smsUrl: 'https://other.example.com/sms',
      voiceUrl: 'https://other.example.com/voice',
    })

    const reported = await explain({ to })

    expect(reported.routing.verified).toBe(false)
    expect(stepsOf(reported)).toMatchObject({
      text: 'unverified',
      call: 'unverified',
      carriers: 'different',
    })
  })

  test('to a number whose import is another number’s by now, calls it neither verified nor answered', async () => {
    const { organization } = await signUp(world)
    const { voiceAgents } = world.context
    const real = voiceAgents.getNumber
    voiceAgents.getNumber = async (id) => ({ ...(await real(id)), phoneNumber: '+16045550999' })

    const reported = await explain({ to: organization.phoneNumber })

    voiceAgents.getNumber = real
    expect(reported.routing.verified).toBe(false)
    expect(stepsOf(reported)).toMatchObject({ call: 'unverified', carriers: 'different' })
  })

  /** A Messaging Service with the number, made in Twilio's console. */
  const intoService = async (to: string, settings: Record<string, string>) => {
    const services = '/messaging/v1/Services'
    const { body } = await atTwilio(world.twins, 'POST', services, {
      FriendlyName: 'Campaign',
      ...settings,
    })
    const [row] = await world.sql<{ sid: string }>(
      'select twilio_phone_sid as sid from phone_numbers where phone_number = $1',
      [to],
    )
    const PhoneNumberSid = row?.sid ?? ''
    await atTwilio(world.twins, 'POST', `${services}/${body.sid}/PhoneNumbers`, { PhoneNumberSid })
    return body.sid as string
  }

  test.each([
    ['drops them', { UseInboundWebhookOnNumber: 'false' }, /drops its texts/],
    [
      'asks somebody else',
      { UseInboundWebhookOnNumber: 'false', InboundRequestUrl: 'https://other.example.com/sms' },
      /other\.example\.com/,
    ],
  ])(
    'to a number whose texts go to a Messaging Service that %s, calls them neither stored nor verified',
    async (_, settings, why) => {
      const { organization } = await signUp(world)
      const service = await intoService(organization.phoneNumber, settings)

      const reported = await explain({ to: organization.phoneNumber })

      expect(reported.routing.verified).toBe(false)
      expect(stepsOf(reported)).toMatchObject({
        text: 'unverified',
        call: 'answered',
        carriers: 'different',
      })
      expect(becauseOf(reported, 'text')).toMatch(why)
      expect(becauseOf(reported, 'text')).toContain(service)
    },
  )

  test.each([
    ['leaves them', () => ({ UseInboundWebhookOnNumber: 'true' })],
    [
      'asks us',
      () => ({
        UseInboundWebhookOnNumber: 'false',
        InboundRequestUrl: `${world.origin}${SMS_PATH}`,
      }),
    ],
  ])(
    'to a number in a Messaging Service that %s, calls its texts stored and all verified',
    async (_, settings) => {
      const { organization } = await signUp(world)
      await intoService(organization.phoneNumber, settings())

      const reported = await explain({ to: organization.phoneNumber })

      expect(reported.routing.verified).toBe(true)
      expect(stepsOf(reported)).toMatchObject({ text: 'stored', carriers: 'verified' })
    },
  )

  test('while Twilio does not list its Messaging Services, calls texts unverified, and not calls', async () => {
    const { organization } = await signUp(world)
    await fault(world, 'twilio', 'messaging.services.list', 'error', { status: 403, times: 3 })

    const reported = await explain({ to: organization.phoneNumber })
    await control(world, 'DELETE', 'faults')

    expect(stepsOf(reported)).toMatchObject({
      text: 'unverified',
      call: 'answered',
      carriers: 'not_asked',
    })
  })

  describe.each(['elevenlabs', 'server'] as const)('where %s answers', (voice) => {
    /** An organization with an agent of its own, of which somebody changes something. */
    const anAgent = async () => {
      const { organization, token } = await signUp(world)
      const { body: agent } = await createAgent(world, token)
      await choose(world, organization.id, voice)
      await syncAll(world)
      return agent.phone_number as string
    }

    test.each([
      ['is gone', (id: string) => eleven(world.twins, 'DELETE', `/convai/agents/${id}`)],
      [
        'does not speak as telephones do',
        (id: string) =>
          eleven(world.twins, 'PATCH', `/convai/agents/${id}`, {
            conversation_config: { tts: { agent_output_audio_format: 'pcm_16000' } },
          }),
      ],
    ])('to a number whose agent %s, calls it neither answered nor verified', async (_, change) => {
      const to = await anAgent()
      const before = await explain({ to })
      expect(stepsOf(before)).toMatchObject({ call: 'answered', carriers: 'verified' })
      await change(before.routing.agentId)

      const reported = await explain({ to })

      expect(reported.routing.verified).toBe(false)
      expect(stepsOf(reported)).toMatchObject({
        text: 'stored',
        call: 'unverified',
        carriers: 'different',
      })
    })
  })

  test.each([
    ['twilio', 'incomingPhoneNumbers.fetch', { text: 'unverified', call: 'unverified' }],
    ['elevenlabs', 'phoneNumbers.get', { text: 'unverified', call: 'unverified' }],
  ] as const)(
    'while %s gives no answer, says when it was verified last and that nobody was asked since',
    async (carrier, operation, expected) => {
      const { organization } = await signUp(world)
      await fault(world, carrier, operation, 'error', { status: 503, times: 3 })

      const reported = await explain({ to: organization.phoneNumber })
      await control(world, 'DELETE', 'faults')

      expect(reported.routing.verified).toBe(false)
      expect(stepsOf(reported)).toMatchObject({ ...expected, carriers: 'not_asked' })
      const { because } = reported.steps.find((each: { step: string }) => each.step === 'carriers')
      expect(because).toContain(reported.routing.verifiedAt)
    },
  )

  test('to a number that changed hands, at a past time, tells of who held it and got its traffic then', async () => {
    const [first, second] = [await signUp(world), await signUp(world, { provisionPhone: false })]
    const to = first.organization.phoneNumber
    await reality(to)
    const before = await now()
    await givingOf(world, to).release()
    // A call is told of in whole seconds, so it takes another one for two holders to be told apart.
    const untilNow = `select 1 from organization_phone_numbers h join phone_numbers p on p.id = h.phone_number_id
      where p.phone_number = $1 and h.ended_at >= date_trunc('second', clock_timestamp())`
    await expect.poll(() => world.sql(untilNow, [to])).toEqual([])
    // As if it had been released, and bought again for the pool.
    await world.sql(
      "update phone_numbers set status = 'configured', release_at = null where phone_number = $1",
      [to],
    )
    expect((await assign(world, to, second.organization.id)).status).toBe(200)

    const then = await explain({ to, from: CUSTOMER, at: before })
    const today = await explain({ to, from: CUSTOMER })
    const late = aConversation({
      metadata: { start_time_unix_secs: Math.floor(Date.parse(before) / 1_000) },
      phone: { agent_number: to, external_number: CUSTOMER },
    })
    await postCall(world, late)

    expect(then.holding.organization_id).toBe(first.organization.id)
    expect(then.holding.ended_at).not.toBeNull()
    expect(then.customer).toMatchObject({ messages: 1, calls: 1, recalled: null })
    expect(then.routing).toBeNull()
    expect(stepsOf(then)).toEqual({
      number: 'assigned',
      holder: 'active',
      text: 'not_kept',
      call: 'not_kept',
      memory: 'not_kept',
    })
    expect(today.holding.organization_id).toBe(second.organization.id)
    expect(today.customer).toBeNull()
    expect(stepsOf(today)).toMatchObject({ call: 'answered', memory: 'none' })
    const calls = await world.sql('select organization_id from calls where conversation_id = $1', [
      late.data.conversation_id,
    ])
    expect(calls).toEqual([{ organization_id: first.organization.id }])
    expect(await reality(to)).toMatchObject({ organizationId: second.organization.id })
  })

  test('at a time when nobody held the number, tells what it was then, not what it is now', async () => {
    const before = '2020-01-01T00:00:00+02:00'
    const to = await aPoolNumber(world)
    const idle = await now()
    const { organization } = await signUp(world, { provisionPhone: false })
    expect((await assign(world, to, organization.id)).status).toBe(200)
    const line = givingOf(world, to)
    await line.release()
    const quarantined = await now()
    const trafficAt = async (at: string, number = to) => {
      const { steps } = await explain({ to: number, at })
      const traffic = steps.filter(({ step }: { step: string }) => /text|call/.test(step))
      return traffic.map((each: { result: string; because: string }) => [each.result, each.because])
    }
    const says = (text: string) => expect.stringContaining(text)
    const notOurs = ['refused', 'not_ours'].map((result) => [
      result,
      says('not one of our numbers then'),
    ])
    const silent = ['refused', 'not_in_service'].map((result) => [
      result,
      says('in quarantine then'),
    ])

    expect(await trafficAt(before, nextNumber())).toEqual(notOurs)
    expect(await trafficAt(before)).toEqual(notOurs)
    expect(await trafficAt(idle)).toEqual([
      ['refused', says('404')],
      ['neutral', says('No name was spoken')],
    ])
    expect(await trafficAt(quarantined)).toEqual(silent)

    await line.restore()
    expect(await trafficAt(quarantined)).toEqual(silent)

    await line.release()
    await endQuarantine(world, to)
    await releaseDue(world)
    expect(await trafficAt(quarantined)).toEqual(silent)
    expect(await trafficAt(await now())).toEqual(notOurs)
  })

  test('with a customer of the past, counts what there is and shows none of it', async () => {
    const { organization } = await signUp(world)
    const to = organization.phoneNumber
    expect(await verdict({ to, from: CUSTOMER })).toMatchObject({ memory: 'none' })
    await twilioPost(world, SMS_PATH, aText(to, { From: CUSTOMER, Body: 'the red convertible' }))
    await control(world, 'POST', 'calls', { from: CUSTOMER, to, says: ['my name is Rumpel'] })
    await world.sql("update contacts set name = 'Rumpelstiltskin' where organization_id = $1", [
      organization.id,
    ])

    const reported = await explain({ to, from: '(604) 555-9950' })

    expect(reported.from).toBe(CUSTOMER)
    expect(reported.customer).toMatchObject({
      messages: 1,
      calls: 1,
      recalled: { name: true, summary: true, completed_call: true, exchanges: expect.any(Number) },
    })
    expect(stepsOf(reported)).toMatchObject({ memory: 'loaded' })
    expect(JSON.stringify(reported)).not.toMatch(/convertible|rumpel/i)
    const call = await control(world, 'POST', 'calls', { from: CUSTOMER, to })
    expect(call.variables.conversation_context).toContain('convertible')
  })

  test('with a customer of another organization, tells nothing of that one', async () => {
    const [mine, other] = [await signUp(world), await signUp(world)]
    await reality(other.organization.phoneNumber, '+16045559951')

    const reported = await explain({ to: mine.organization.phoneNumber, from: '+16045559951' })

    expect(reported.customer).toBeNull()
    expect(JSON.stringify(reported)).not.toContain(other.organization.id)
    expect(stepsOf(reported)).toMatchObject({ memory: 'none' })
  })

  test.each(['+266696687', 'anonymous', 'Restricted', '72345', ''])(
    'with the caller id %j, tells that no memory is loaded',
    async (from) => {
      const { steps, customer } = await explain({ to: '+16045559960', from })

      expect(customer).toBeNull()
      expect(steps.at(-1)).toMatchObject({
        step: 'memory',
        result: 'none',
        because: expect.stringContaining('withheld'),
      })
    },
  )

  test.each([
    ['nothing', {}, ['query.to']],
    ['no number', { to: 'tomorrow' }, ['query.to']],
    ['no time', { to: '+16045559960', at: 'yesterday' }, ['query.at']],
    ['a time to come', { to: '+16045559960', at: '2999-01-01T00:00:00Z' }, ['query.at']],
    ['something else', { to: '+16045559960', when: 'now' }, ['query']],
  ])('asked with %s, is refused and says what is wrong', async (_name, query, wrong) => {
    const answer = await ask(query as Record<string, string>)

    expectProblem(answer, 400, 'validation_failed')
    expect(wrongParts(answer)).toEqual(wrong)
  })

  const stepsOf = (reported: { steps: { step: string; result: string }[] }) =>
    Object.fromEntries(reported.steps.map(({ step, result }) => [step, result]))
  const becauseOf = (reported: { steps: { step: string; because: string }[] }, step: string) =>
    reported.steps.find((each) => each.step === step)?.because
  const setStatus = (id: string, status: string) =>
    request(world.origin, 'PATCH', `/api/organizations/${id}`, { token: ADMIN, body: { status } })
  const now = async () => {
    const [row] = await world.sql<{ now: string }>(
      `select to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as now`,
    )
    return row?.now ?? ''
  }
  let used = 0
  const nextNumber = () => `+1604555${9961 + used++}`
})
