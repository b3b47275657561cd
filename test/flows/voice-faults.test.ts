import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest'
import { sql } from '../support/database.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { aConversation, postCall } from '../support/post-call.ts'
import {
  ADMIN,
  atCarriers,
  control,
  fault,
  notifications,
  request,
  signUp,
} from '../support/requests.ts'
import { twilioPost } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

const INCOMING = '/api/webhooks/call/incoming'
const colleague = '+16045559820'

describe('a call that this server answers', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { INBOUND_VOICE: 'server' } })
  })
  afterEach(() => control(world, 'DELETE', 'faults'))
  afterAll(() => stopWithCleanLogs(world))

  const callTo = (to: string, says: string[] = []) =>
    control(world, 'POST', 'calls', { from: '+16045559821', to, says })
  const aRing = (to: string, more: Record<string, string> = {}) => ({
    CallSid: `CA${randomBytes(16).toString('hex')}`,
    From: '+16045559822',
    To: to,
    CallStatus: 'ringing',
    ...more,
  })
  const ring = (params: Record<string, string>) => twilioPost(world, INCOMING, params)
  const sendStatus = (CallSid: string, CallStatus: string, CallDuration = '7') =>
    twilioPost(world, '/api/webhooks/twilio/call-status', { CallSid, CallStatus, CallDuration })
  const callOf = async (sid: string) => {
    const [row] = await world.sql<Record<string, unknown>>(
      `select id, organization_id, status, failure_reason, duration_seconds, recording_url
       from calls where provider_call_id = $1`,
      [sid],
    )
    return row
  }
  const keptOf = (sid: string) =>
    world.sql("select 1 from webhook_events where event ->> 'provider_call_id' = $1", [sid])
  const reported = async (number: string) =>
    (await notifications(world, '?type=call_routing_failed')).filter(
      (row) => row.phone_number === number,
    )
  const background = () => Promise.allSettled([...world.context.background])
  const patch = (id: string, settings: object) =>
    request(world.origin, 'PATCH', `/api/organizations/${id}`, { token: ADMIN, body: { settings } })

  type Circumstance = [string, string, { status?: number; ms?: number }]
  test.each<Circumstance>([
    ['answering 500', 'error', { status: 500 }],
    ['answering 422', 'error', { status: 422 }],
    ['refusing our key', 'error', { status: 401 }],
    ['answering a web page', 'garbage', {}],
    ['away', 'timeout', { ms: 1 }],
    ['cut off after it has agreed', 'lost_reply', { ms: 1 }],
  ])(
    'with ElevenLabs %s, hears an apology in its name, and its message is kept',
    (_circumstance, kind, more) => hearsApology(kind, more),
  )

  async function hearsApology(kind: string, more: Circumstance[2]) {
    const { organization } = await signUp(world)
    const number = organization.phoneNumber
    await fault(world, 'elevenlabs', 'registerCall', kind, more)

    const call = await callTo(number, ['Please call me back'])
    await background()

    expect(call).toMatchObject({ answered: true, mode: 'server', forwardedTo: null })
    expect(call.agentSaid).toMatch(
      new RegExp(`^Thank you for calling ${organization.name}\\. We are sorry.* leave a message`),
    )
    expect(call.recorded.text).toBe('Please call me back')
    expect(await callOf(call.callSid)).toMatchObject({
      organization_id: organization.id,
      status: 'failed',
      failure_reason: expect.stringMatching(/^voice_platform_[a-z_]+$|^no_answer_within: \d+ ms$/),
      recording_url: call.recorded.recordingUrl,
    })
    const open = await reported(number)
    expect(open).toMatchObject([{ status: 'pending', organization_id: organization.id }])
    expect((await callTo(number)).agentSaid).toContain('Jack')
  }

  test('however slow Twilio’s API is, is answered at once, because nothing is asked of it', async () => {
    const { organization } = await signUp(world)
    const asked = async () => (await atCarriers(world)).requests.twilio
    const before = await asked()

    const { status, body } = await ring(aRing(organization.phoneNumber))

    expect(status).toBe(200)
    expect(body).toContain('<Connect>')
    expect(await asked()).toEqual(before)
  })

  test('without an agent, is put through where the organization says so', async () => {
    const { organization } = await signUp(world)
    const changed = await patch(organization.id, { fallback_forward_to: '(604) 555-9820' })
    await fault(world, 'elevenlabs', 'registerCall', 'error', { times: 2 })

    const through = await callTo(organization.phoneNumber, ['Hello'])
    await control(world, 'POST', 'answers', { number: colleague, result: 'busy', delayMs: 0 })
    const unreached = await callTo(organization.phoneNumber, ['Nobody is there'])

    expect(changed.body.organization.settings).toEqual({ fallback_forward_to: colleague })
    expect(through).toMatchObject({ answered: true, forwardedTo: colleague, recorded: null })
    expect(through.agentSaid).toContain(`Thank you for calling ${organization.name}.`)
    expect(unreached).toMatchObject({
      forwardedTo: colleague,
      agentSaid: expect.stringContaining(
        `Thank you for calling ${organization.name}. We are sorry, nobody`,
      ),
      recorded: { text: 'Nobody is there' },
    })
    await background()
    expect(await reported(organization.phoneNumber)).toMatchObject([
      { status: 'pending', message: expect.stringMatching(/GET \/api\/.*\/recording/) },
    ])
  })

  test('nobody has recorded, put through in vain, hears an apology in nobody’s name', async () => {
    const params = { CallSid: 'CA1', DialCallStatus: 'busy' }
    const { status, body } = await twilioPost(world, '/api/webhooks/call/forwarded', params)

    expect(status).toBe(200)
    expect(body).toContain('<Say>Thank you for calling. We are sorry')
    expect(body).toContain(`action="${world.config.publicUrl}/api/webhooks/call/voicemail"`)
  })

  test.each([
    ['that is none', '12', 400, 'destination_impossible'],
    ['of emergency services', '911', 422, 'routing_unfit'],
    ['that costs extra', '+19005551234', 422, 'routing_unfit'],
  ])('a number to forward to, %s, is refused', async (_name, number, status, code) => {
    const { organization } = await signUp(world, { provisionPhone: false })

    const answer = await patch(organization.id, { fallback_forward_to: number })

    expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code })
  })

  test('a number to forward to, that is answered here, is refused, since calls would go round', async () => {
    const [mine, other] = [await signUp(world), await signUp(world)]

    for (const { organization } of [mine, other]) {
      const answer = await patch(mine.organization.id, {
        fallback_forward_to: organization.phoneNumber,
      })
      expect(answer).toMatchObject({ status: 422, body: { code: 'routing_unfit' } })
    }
  })

  test('a number to forward to, that is ours by now, is not put through to, since calls would go round', async () => {
    const { organization } = await signUp(world)
    const next = (await signUp(world)).organization.phoneNumber
    await world.sql(
      `update organizations set settings = jsonb_build_object('fallback_forward_to', $2::text) where id = $1`,
      [organization.id, next],
    )
    await fault(world, 'elevenlabs', 'registerCall', 'error')

    const call = await callTo(organization.phoneNumber, ['Call me back'])
    await background()

    expect(call).toMatchObject({
      agentSaid: expect.stringContaining(`Thank you for calling ${organization.name}.`),
      recorded: { text: 'Call me back' },
    })
    expect(call.forwardedTo).toBeFalsy()
  })

  test('to a number that is being bought, is refused with a sentence, and nobody is told to enter it', async () => {
    const number = '+16045558702'
    await world.sql(
      "insert into phone_numbers (phone_number, country, status) values ($1, 'CA', 'purchasing')",
      [number],
    )

    const { status, body } = await ring(aRing(number))

    expect(status).toBe(200)
    expect(body).toContain('not in service')
    expect(await reported(number)).toEqual([])
  })

  test('while the database is away, hears an apology, and its message is recorded when it is back', async () => {
    const { organization } = await signUp(world)
    const params = aRing(organization.phoneNumber)
    const { name } = world.database
    const server = inject('postgresUrl')
    await sql(server, `alter database ${name} with allow_connections false`)
    await sql(
      server,
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '${name}'`,
    )
    const left = { ...params, RecordingUrl: 'https://api.twilio.com/Recordings/RE1' }
    const leave = (form: Record<string, string>) =>
      twilioPost(world, '/api/webhooks/call/voicemail', form)

    const apology = await ring(params)
    const lost = await leave(left)
    await background()
    await sql(server, `alter database ${name} with allow_connections true`)
    const kept = await leave(left)
    await leave(left)
    await sendStatus(params.CallSid, 'completed')

    expect(apology).toMatchObject({ status: 200, body: expect.stringContaining('leave a message') })
    expect([lost, kept].map(({ status, body }) => [status, body.includes('<Say>')])).toEqual([
      [200, true],
      [200, true],
    ])
    expect(await callOf(params.CallSid)).toMatchObject({
      organization_id: organization.id,
      status: 'failed',
      recording_url: left.RecordingUrl,
      duration_seconds: 7,
    })
    expect(await reported(organization.phoneNumber)).toMatchObject([{ occurrences: 1 }])
  })

  test('to a number that is not ours, is refused with a sentence, and a person is told once', async () => {
    const number = '+16045558701'

    const answers = [await ring(aRing(number)), await ring(aRing(number))]

    for (const { status, body } of answers) {
      expect(status).toBe(200)
      expect(body).toContain('not in service')
    }
    expect(await reported(number)).toMatchObject([{ occurrences: 2, organization_id: null }])
  })

  test.each<[string, Record<string, string>]>([
    ['nothing in it', {}],
    ['no numbers', { CallSid: 'CA1' }],
    ['a called number that is none', { CallSid: 'CA2', To: "'; --", From: 'anonymous' }],
    ['values without end', { CallSid: 'C'.repeat(9_000), To: '1'.repeat(9_000), From: '1' }],
  ])('of which Twilio tells with %s, is answered with a sentence', async (_name, params) => {
    const { status, body } = await ring(params)

    expect(status).toBe(200)
    expect(body).toContain('<Say>')
  })

  test('told of twice by Twilio, is one call', async () => {
    const { organization } = await signUp(world)
    const params = aRing(organization.phoneNumber)

    const answers = await Promise.all([ring(params), ring(params)])

    for (const { body } of answers) expect(body).toContain('<Connect>')
    expect(
      await world.sql('select 1 from calls where organization_id = $1', [organization.id]),
    ).toHaveLength(1)
  })

  test('taken by its agent, is closed by the agent’s report, whatever Twilio tells of it and when', async () => {
    const { organization } = await signUp(world)
    const params = aRing(organization.phoneNumber)
    await ring(params)
    const id = (await callOf(params.CallSid))?.id as string

    await sendStatus(params.CallSid, 'completed')
    expect(await callOf(params.CallSid)).toMatchObject({ status: 'in-progress' })
    await postCall(world, aConversation({ user_id: id, phone: { call_sid: params.CallSid } }))
    await sendStatus(params.CallSid, 'failed')

    expect(await callOf(params.CallSid)).toMatchObject({
      status: 'completed',
      duration_seconds: 12,
      failure_reason: null,
    })
  })

  test('given up before anybody answered, has failed', async () => {
    const { organization } = await signUp(world)
    const params = aRing(organization.phoneNumber)
    await ring(params)

    await sendStatus(params.CallSid, 'ringing')
    expect(await callOf(params.CallSid)).toMatchObject({ status: 'in-progress' })
    await sendStatus(params.CallSid, 'canceled', '')
    await sendStatus(params.CallSid, 'completed')

    expect(await callOf(params.CallSid)).toMatchObject({
      status: 'failed',
      duration_seconds: 0,
      failure_reason: 'canceled',
    })
  })

  test.each([
    ['a moment', '3'],
    ['a talk', '70'],
  ])(
    'over after %s, of which ElevenLabs has no conversation, has failed when nobody looks any more, and a person is told',
    async (_time, seconds) => {
      const { organization } = await signUp(world)
      const params = aRing(organization.phoneNumber)
      await ring(params)
      await sendStatus(params.CallSid, 'completed', seconds)
      const id = (await callOf(params.CallSid))?.id as string

      await world.context.calls.calls.stopPolling(id, { isFound: false })
      const ended = await callOf(params.CallSid)
      const late = await postCall(
        world,
        aConversation({ user_id: id, phone: { call_sid: params.CallSid } }),
      )

      expect(ended).toMatchObject({
        status: 'failed',
        failure_reason: 'no_conversation',
        duration_seconds: Number(seconds),
      })
      const reported = await notifications(world, '?type=call_routing_failed')
      expect(reported.filter(({ message }) => message.includes(id))).toHaveLength(1)
      expect(late.body.result).toBe('applied')
      expect(await callOf(params.CallSid)).toMatchObject({
        status: 'completed',
        failure_reason: null,
      })
    },
  )

  test('given up, which Twilio tells before the call itself, has failed when that is known', async () => {
    const { organization } = await signUp(world)
    const params = aRing(organization.phoneNumber)

    const early = await sendStatus(params.CallSid, 'no-answer', '0')
    await sendStatus(params.CallSid, 'no-answer', '0')
    await ring(params)

    expect(early.status).toBe(200)
    expect(await callOf(params.CallSid)).toMatchObject({
      status: 'failed',
      failure_reason: 'not_answered',
    })
    expect(await keptOf(params.CallSid)).toEqual([])
  })

  test('ended, of which only a message on tape tells later, has failed', async () => {
    const { organization } = await signUp(world)
    const params = aRing(organization.phoneNumber)

    await sendStatus(params.CallSid, 'completed')
    await twilioPost(world, '/api/webhooks/call/voicemail', {
      ...params,
      RecordingUrl: 'https://api.twilio.com/Recordings/RE2',
    })

    expect(await callOf(params.CallSid)).toMatchObject({ status: 'failed', duration_seconds: 7 })
    await ring(params)
    expect(
      await world.sql('select agent_id from calls where provider_call_id = $1', [params.CallSid]),
    ).toEqual([{ agent_id: world.config.elevenLabs.agentId }])
  })

  test('whose end is told, but which does not appear for a day, is forgotten', async () => {
    await sendStatus('CAforgotten', 'completed')
    expect(await keptOf('CAforgotten')).toHaveLength(1)
    await world.sql("update webhook_events set received_at = now() - interval '25 hours'")

    await world.context.calls.callWatch.tick(new AbortController().signal)

    expect(await keptOf('CAforgotten')).toEqual([])
  })

  test('nobody knows, is acknowledged when Twilio tells how it ended', async () => {
    expect(await sendStatus('CA0', 'completed')).toMatchObject({ status: 200 })
  })

  test('forged, is refused and asks nobody', async () => {
    const { organization } = await signUp(world)
    const params = aRing(organization.phoneNumber)

    const answer = await twilioPost(world, INCOMING, params, { token: 'wrong' })

    expect(answer).toMatchObject({ status: 403, body: { code: 'signature_invalid' } })
    expect(await callOf(params.CallSid)).toBeUndefined()
  })

  // Long enough to learn whose number it is.
  describe('while ElevenLabs is not to answer in time', () => {
    beforeAll(() => world.restart({ VOICE_DEADLINE_MS: '5000' }))
    afterAll(() => world.restart({}))

    test.each<Circumstance>([
      ['ten seconds late', 'slow', { ms: 10_000 }],
      ['not answering', 'timeout', {}],
    ])(
      'with ElevenLabs %s, hears an apology in its name, and its message is kept',
      (_circumstance, kind, more) => hearsApology(kind, more),
    )
  })

  describe('while nothing is to come in time', () => {
    beforeAll(() => world.restart({ VOICE_DEADLINE_MS: '400' }))
    afterAll(() => world.restart({}))

    test('with thirty others while ElevenLabs is slow, hears an apology like them all', async () => {
      const { organization } = await signUp(world)
      await fault(world, 'elevenlabs', 'registerCall', 'slow', { ms: 10_000, times: 60 })

      const rings = Array.from({ length: 30 }, () => aRing(organization.phoneNumber))
      const answers = await Promise.all(rings.map(ring))
      const calls = await Promise.all(
        Array.from({ length: 30 }, () => callTo(organization.phoneNumber)),
      )
      await background()

      // A server under load may not even have had the time to learn the name.
      for (const { status, body } of answers) {
        expect(status).toBe(200)
        expect(body).toMatch(/<Response><Say>Thank you for calling.*We are sorry.*<Record /)
      }
      for (const call of calls) {
        expect(call).toMatchObject({ answered: true, mode: 'server' })
        expect(call.agentSaid).toMatch(/^Thank you for calling.*We are sorry/)
      }
    })

    test('while the database does not come to an answer, hears an apology in nobody’s name', async () => {
      const { organization } = await signUp(world)
      const other = new Client({ connectionString: world.database.url })
      await other.connect()
      await other.query('begin; lock table phone_numbers in access exclusive mode')

      const { status, body } = await ring(aRing(organization.phoneNumber)).finally(() =>
        other.end(),
      )

      expect(status).toBe(200)
      expect(body).toContain('<Say>Thank you for calling. We are sorry')
      await background()
      expect(await reported(organization.phoneNumber)).toMatchObject([
        { message: expect.stringContaining('no answer within 360 ms') },
      ])
    })
  })
})
