import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { setUpElevenLabs } from '../../src/carriers/elevenlabs/setup/setup.ts'
import { parseSetupConfig } from '../../src/config/config.ts'
import { underLease } from '../../src/database/lease.ts'
import { setupRequest } from '../../src/infrastructure/setup-request.ts'
import { agentsAtElevenLabs, createAgent } from '../support/agents.ts'
import { runSetup } from '../support/elevenlabs-setup.ts'
import { untilHeld } from '../support/held.ts'
import { findingsOf, inTwilioConsole, numberAtTwilio, reconcile } from '../support/reconcile.ts'
import {
  ADMIN,
  atCarriers,
  control,
  fault,
  notifications,
  request,
  signUp,
} from '../support/requests.ts'
import { INIT_SECRET, startWorld, type World } from '../support/world.ts'
import { eleven } from '../twins/support.ts'

const OTHER = { id: 'bbbbbbbb' }

describe('questions before calls, of a deployment beside another in the workspace', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => world.stop())
  afterEach(async () => {
    await control(world, 'DELETE', 'faults')
    await world.restart({})
    await setUpAgain()
  })

  const agentId = () => world.config.elevenLabs.agentId
  /** Another deployment takes the agent, as somebody told it to. */
  const takenOver = () =>
    runSetup(
      world.twins,
      { PUBLIC_URL: 'https://theirs.example.com', ELEVENLABS_AGENT_ID: agentId() },
      { ...OTHER, takeOver: true },
    )
  const setUpAgain = async (initSecret = INIT_SECRET) => {
    const [row] = await world.sql<{ id: string }>('select id from deployment')
    return setUpElevenLabs(
      setupRequest(
        parseSetupConfig({
          PUBLIC_URL: world.origin,
          DATABASE_URL: world.database.url,
          ELEVENLABS_API_KEY: world.config.elevenLabs.apiKey,
          ELEVENLABS_BASE_URL: world.config.elevenLabs.baseUrl,
          ELEVENLABS_INIT_SECRET: initSecret,
          ELEVENLABS_WEBHOOK_SECRET: world.config.elevenLabs.webhookSecret,
          ELEVENLABS_AGENT_ID: agentId(),
        }),
        { id: row?.id ?? '', agents: [] },
        { takeOver: true },
      ),
    )
  }
  const asksNobody = () =>
    eleven(world.twins, 'PATCH', `/convai/agents/${agentId()}`, {
      platform_settings: {
        overrides: { enable_conversation_initiation_client_data_from_webhook: false },
      },
    })
  const postCallWebhook = async () => {
    const { webhooks } = (await eleven(world.twins, 'GET', '/workspace/webhooks')).body
    return webhooks.find(({ webhook_url: url }: { webhook_url: string }) =>
      url.startsWith(world.origin),
    ) as { webhook_id: string; name: string }
  }
  const disabled = async () => {
    const { webhook_id, name } = await postCallWebhook()
    const body = { name, is_disabled: true }
    await eleven(world.twins, 'PATCH', `/workspace/webhooks/${webhook_id}`, body)
  }
  const deleted = async () => {
    const { webhook_id } = await postCallWebhook()
    await eleven(world.twins, 'DELETE', `/workspace/webhooks/${webhook_id}`)
  }
  const detached = () =>
    eleven(world.twins, 'PATCH', `/convai/agents/${agentId()}`, {
      platform_settings: { workspace_overrides: { webhooks: null } },
    })
  /** Another deployment's webhook hears of finished calls, and nothing else is changed. */
  const reportsToOther = async () => {
    const { body } = await eleven(world.twins, 'POST', '/workspace/webhooks', {
      settings: {
        auth_type: 'hmac',
        name: 'Orgline post-call',
        webhook_url:
          'https://theirs.example.com/api/webhooks/elevenlabs/post-call?deployment=bbbbbbbb',
      },
    })
    await eleven(world.twins, 'PATCH', `/convai/agents/${agentId()}`, {
      platform_settings: {
        workspace_overrides: { webhooks: { post_call_webhook_id: body.webhook_id } },
      },
    })
  }
  const questionOf = async (to: string) => (await stepsOf(to)).question
  const stepsOf = async (to: string): Promise<Record<string, { result: string }>> => {
    const query = new URLSearchParams({ to })
    const path = `/api/admin/routes/explain?${query}`
    const { body } = await request(world.origin, 'GET', path, { token: ADMIN })
    return Object.fromEntries(body.steps.map((each: { step: string }) => [each.step, each]))
  }
  const asked = async () =>
    (await findingsOf(world, 'repair')).filter((each) => each.class === 'asked_elsewhere')
  const lastReport = async () =>
    (await request(world.origin, 'GET', '/api/admin/reconcile', { token: ADMIN })).body.report
  const asksSoFar = async () => (await atCarriers(world)).requests.elevenlabs['agents.get'] ?? 0
  const reported = async () =>
    (await notifications(world, '?type=reconcile_findings&status=pending')).filter(({ message }) =>
      /does not ask this deployment/.test(message),
    )

  test('asked of us, by the sweep and the explanation, is as it should be', async () => {
    const { organization } = await signUp(world)

    expect(await asked()).toEqual([])
    expect(await reported()).toEqual([])
    expect(await questionOf(organization.phoneNumber)).toMatchObject({ result: 'us' })
  })

  test.each([
    ['taken over by another deployment', takenOver, 'other', /theirs\.example\.com.*bbbbbbbb/],
    ['turned off', asksNobody, 'nobody', /asks nobody/],
    [
      'asked without our secret',
      () => setUpAgain('another-init-secret-0123'),
      'refused',
      /without a secret/,
    ],
  ] as const)(
    'of an agent that is %s, are found, told to a person until it is repaired, and explained',
    async (_name, happens, result, words) => {
      const { organization } = await signUp(world)
      await happens()

      const [finding, ...more] = await asked()
      const [notification] = await reported()
      const { question, call } = await stepsOf(organization.phoneNumber)

      expect(more).toEqual([])
      expect(finding?.detail).toMatch(words)
      expect(notification?.message).toMatch(words)
      expect(question).toMatchObject({ result, because: expect.stringMatching(words) })
      expect(call).toMatchObject({
        result: 'unverified',
        because: expect.stringMatching(words),
      })
      await setUpAgain()
      expect(await asked()).toEqual([])
      expect(await reported()).toEqual([])
    },
  )

  test.each(
    (['elevenlabs', 'server'] as const).flatMap((mode) =>
      (
        [
          ['is disabled, as after ten refused reports', disabled, /is disabled/],
          ['was deleted', deleted, /a webhook that is gone/],
          ['was taken from the agent', detached, /to nobody/],
          ["is another deployment's", reportsToOther, /theirs\.example\.com.*bbbbbbbb/],
        ] as const
      ).map(([name, happens, words]) => [mode, name, happens, words] as const),
    ),
  )(
    'answered by %s, of an agent whose post-call webhook %s, are ours, and a person learns that no report comes',
    async (mode, _name, happens, words) => {
      await world.restart({ INBOUND_VOICE: mode })
      const { organization } = await signUp(world)
      await happens()

      const [finding, ...more] = await asked()
      const [notification] = await reported()

      expect(more).toEqual([])
      expect(finding?.detail).toMatch(words)
      expect(notification?.message).toMatch(words)
      const { question, report } = await stepsOf(organization.phoneNumber)
      expect(question?.result).toBe(mode === 'elevenlabs' ? 'us' : undefined)
      expect(report).toMatchObject({ result: 'lost', because: expect.stringMatching(words) })
      await setUpAgain()
      expect((await stepsOf(organization.phoneNumber)).report?.result).toBe('us')
      expect(await asked()).toEqual([])
      expect(await reported()).toEqual([])
    },
  )

  test('while ElevenLabs tells nothing of an agent, are unknown, and what was told of it stays', async () => {
    const { organization } = await signUp(world)
    await takenOver()
    await asked()
    const [before] = await reported()
    await fault(world, 'elevenlabs', 'agents.get', 'error', { status: 503, times: 9 })

    const { status, body } = await reconcile(world, { mode: 'repair' })

    expect(status).toBe(200)
    expect(body.report.counts).toMatchObject({
      asked_elsewhere: 0,
      unconfirmed: 1,
      unasked: 0,
      unanswered: 1,
    })
    expect(body.report.findings).toMatchObject([
      { class: 'unconfirmed', detail: expect.stringContaining('whom ElevenLabs asks') },
    ])
    expect(await reported()).toMatchObject([{ id: before?.id }])
    expect(await questionOf(organization.phoneNumber)).toMatchObject({ result: 'unknown' })
    await control(world, 'DELETE', 'faults')
    await setUpAgain()
    expect(await asked()).toEqual([])
    expect(await reported()).toEqual([])
  })

  test('while ElevenLabs tells nothing of its webhooks, are ours all the same, and of their reports nothing is concluded', async () => {
    const { organization } = await signUp(world)
    await disabled()
    await asked()
    const [before] = await reported()
    await fault(world, 'elevenlabs', 'webhooks.list', 'error', { status: 503, times: 9 })

    const { body } = await reconcile(world, { mode: 'repair' })

    expect(body.report.counts).toMatchObject({ asked_elsewhere: 0, unasked: 0, unanswered: 1 })
    expect(await reported()).toMatchObject([{ id: before?.id }])
    expect(await stepsOf(organization.phoneNumber)).toMatchObject({
      question: { result: 'us' },
      report: { result: 'unknown' },
    })
    await control(world, 'DELETE', 'faults')
    await setUpAgain()
    expect(await asked()).toEqual([])
    expect(await reported()).toEqual([])
  })

  test('while ElevenLabs takes its time to tell, keep no number from being repaired', async () => {
    const { phoneNumber } = (await signUp(world)).organization
    const elsewhere = 'http://127.0.0.1:9/x'
    await inTwilioConsole(world, phoneNumber, { SmsUrl: elsewhere })
    await fault(world, 'elevenlabs', 'agents.get', 'hold_before', { times: 9 })

    const sweeping = findingsOf(world, 'repair', [phoneNumber])
    await untilHeld(world)

    expect((await numberAtTwilio(world, phoneNumber)).sms_url).not.toBe(elsewhere)
    await control(world, 'DELETE', 'faults')
    expect(await sweeping).toMatchObject([{ class: 'drift', action: 'synced' }])
  })

  test('in a sweep that is stopped before it has asked about all agents, resolve nothing, and it is due again', async () => {
    const { organization } = await signUp(world, { provisionPhone: false })
    expect((await createAgent(world, ADMIN, { organizationId: organization.id })).status).toBe(201)
    await signUp(world)
    await takenOver()
    await asked()
    const before = await reported()
    const { phoneNumber } = (await signUp(world)).organization
    await inTwilioConsole(world, phoneNumber, { SmsUrl: 'http://127.0.0.1:9/x' })
    const asks = await asksSoFar()
    await fault(world, 'elevenlabs', 'agents.get', 'slow', { ms: 1_000 })
    const stopping = new AbortController()
    const sweeping = underLease(
      { db: world.context.db, name: 'reconcile', everyMs: 3_600_000, leaseMs: 60_000 },
      world.context.reconcile.reconcile.work,
      { signal: stopping.signal, now: true },
    )
    await expect.poll(asksSoFar).toBeGreaterThan(asks)

    stopping.abort()
    await sweeping

    expect(await reported()).toMatchObject([{ id: before[0]?.id }])
    // What it repaired until then is in the report.
    expect((await lastReport()).counts).toMatchObject({ drift: 1, repaired: 1 })
    // The agent that it did not come to, and Messaging Services.
    expect((await lastReport()).counts).toMatchObject({ unasked: 2, unanswered: 0 })
    expect(
      await world.sql(
        "select due_at <= now() as due, last_error from leases where name = 'reconcile'",
      ),
    ).toMatchObject([{ due: true, last_error: expect.stringContaining('broken off') }])
  })

  test('of an organization’s own agent, whoever has the workspace’s settings, come to us', async () => {
    const webhook = { url: 'http://127.0.0.1:9/theirs', request_headers: {} }
    await eleven(world.twins, 'PATCH', '/convai/settings', {
      conversation_initiation_client_data_webhook: webhook,
    })
    const { organization } = await signUp(world, { provisionPhone: false })

    const { status, body } = await createAgent(world, ADMIN, { organizationId: organization.id })

    expect(status).toBe(201)
    const number = body.phone_number
    const call = await control(world, 'POST', 'calls', { from: '+16045559901', to: number })
    expect(call).toMatchObject({ variables: { organization_id: organization.id } })
    expect(await questionOf(number)).toMatchObject({ result: 'us' })
    const [made] = await agentsAtElevenLabs(world, body.agent_name)
    const { webhook_id } = await postCallWebhook()
    expect(made).toMatchObject({
      platform_settings: {
        workspace_overrides: { webhooks: { post_call_webhook_id: webhook_id } },
      },
    })
  })
})
