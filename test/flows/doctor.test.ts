import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { setupElevenLabsCommand } from '../../src/commands/setup-elevenlabs.ts'
import { CHECKS } from '../../src/server/doctor/check.ts'
import { diagnose, runDoctor } from '../support/doctor.ts'
import { ADMIN, atCarriers, control, request, runOrders, signUp } from '../support/requests.ts'
import { reservePort } from '../support/reserved-port.ts'
import { startWorld, type World } from '../support/world.ts'
import { authToken, eleven, serverForTest, twilioClient } from '../twins/support.ts'

type Env = Record<string, string | undefined>

/** What goes wrong; `plant` answers the settings that it takes, and what ends it. */
interface Fault {
  plant: (world: World) => Promise<{ env?: Env; undo?: () => Promise<unknown> }>
  /** The checks that find it, in their order. */
  checks: string[]
  seen: RegExp
  remedy: RegExp
}

const agentId = (world: World) => world.config.elevenLabs.agentId

/** Changes the agent, and changes it back. */
async function changeAgent(world: World, patch: object, back: object) {
  const path = `/convai/agents/${agentId(world)}`
  await eleven(world.twins, 'PATCH', path, patch)
  return { undo: () => eleven(world.twins, 'PATCH', path, back) }
}

const faults: Record<string, Fault> = {
  'another Twilio token': {
    plant: async () => ({ env: { TWILIO_AUTH_TOKEN: 'token-of-somebody-else-0123456789' } }),
    checks: ['twilio_account', 'twilio_balance', 'twilio_countries', 'messaging_services'],
    seen: /Twilio api\.accounts\.fetch: Authenticate/,
    remedy: /Correct TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN/,
  },
  'no money left at Twilio': {
    plant: async (world) => {
      await control(world, 'POST', 'settings', { funds: 0 })
      return { undo: () => control(world, 'POST', 'settings', { funds: 1_000_000_000_000 }) }
    },
    checks: ['twilio_balance'],
    seen: /^The balance is -?\d+\.\d\d USD\. Twilio suspends/,
    remedy: /auto-recharge/,
  },
  'a country that Twilio lets no text go to': {
    plant: async (world) => {
      await control(world, 'POST', 'settings', { textsOff: ['CA'] })
      return { undo: () => control(world, 'POST', 'settings', { textsOff: [] }) }
    },
    checks: ['twilio_countries'],
    seen: /lets no texts go to CA, which OUTBOUND_COUNTRIES has/,
    remedy: /Messaging > Settings > Geo permissions/,
  },
  'a Messaging Service that takes texts away': {
    plant: async (world) => {
      const { organization } = await signUp(world, { name: `Silent ${Date.now()}` })
      const { twilio } = await atCarriers(world)
      const number = twilio.numbers.find(
        (each: { phone_number: string }) => each.phone_number === organization.phoneNumber,
      )
      const { services } = twilioClient(world.twins).messaging.v1
      const { sid } = await services.create({ friendlyName: 'Marketing' })
      await services(sid).phoneNumbers.create({ phoneNumberSid: number.sid })
      return { undo: () => services(sid).phoneNumbers(number.sid).remove() }
    },
    checks: ['messaging_services'],
    seen: /^Texts to \+1\d{10} do not come here: Messaging Service MG\w+ drops its texts/,
    remedy: /Defer to sender's webhook/,
  },
  'another ElevenLabs key': {
    plant: async () => ({ env: { ELEVENLABS_API_KEY: 'key-of-somebody-else-0123456789' } }),
    checks: ['elevenlabs_agent', 'elevenlabs_questions', 'elevenlabs_reports'],
    seen: /^ElevenLabs \w+\.\w+: /,
    remedy: /Correct ELEVENLABS_API_KEY/,
  },
  'an agent that is not there': {
    plant: async () => ({ env: { ELEVENLABS_AGENT_ID: 'agent_gone' } }),
    checks: ['elevenlabs_agent', 'elevenlabs_questions', 'elevenlabs_reports'],
    seen: /ElevenLabs has no agent agent_gone/,
    remedy: /Correct ELEVENLABS_AGENT_ID/,
  },
  'words of an agent with a variable that no call has': {
    plant: (world) =>
      changeAgent(
        world,
        { conversation_config: { agent: { first_message: '{{opening}} {{weather}}' } } },
        { conversation_config: { agent: { first_message: '{{opening}}' } } },
      ),
    checks: ['elevenlabs_agent'],
    seen: /ends at once: its words use \{\{weather\}\}/,
    remedy: /Take \{\{weather\}\} out of its words/,
  },
  'an agent that a telephone cannot be heard by': {
    plant: (world) =>
      changeAgent(
        world,
        { conversation_config: { asr: { user_input_audio_format: 'pcm_16000' } } },
        { conversation_config: { asr: { user_input_audio_format: 'ulaw_8000' } } },
      ),
    checks: ['elevenlabs_agent'],
    seen: /does not listen and speak in μ-law 8000 Hz/,
    remedy: /npm run setup:elevenlabs/,
  },
  'an agent that asks nobody before its calls': {
    plant: (world) => {
      const asking = (enabled: boolean) => ({
        platform_settings: {
          overrides: { enable_conversation_initiation_client_data_from_webhook: enabled },
        },
      })
      return changeAgent(world, asking(false), asking(true))
    },
    checks: ['elevenlabs_questions'],
    seen: /it asks nobody before calls to agent .*nobody's name/,
    remedy: /npm run setup:elevenlabs/,
  },
  'a webhook for reports that is disabled': {
    plant: async (world) => {
      const { body } = await eleven(world.twins, 'GET', '/workspace/webhooks')
      const { webhook_id: id, name } = body.webhooks[0]
      const switchTo = (is_disabled: boolean) =>
        eleven(world.twins, 'PATCH', `/workspace/webhooks/${id}`, { name, is_disabled })
      await switchTo(true)
      return { undo: () => switchTo(false) }
    },
    checks: ['elevenlabs_reports'],
    seen: /which is disabled\. Transcripts and costs are missing here/,
    remedy: /npm run setup:elevenlabs/,
  },
  'no secret for reports': {
    plant: async () => ({ env: { ELEVENLABS_WEBHOOK_SECRET: '' } }),
    checks: ['elevenlabs_reports'],
    seen: /ELEVENLABS_WEBHOOK_SECRET is empty, so this server refuses every report/,
    remedy: /npm run setup:elevenlabs/,
  },
  'another secret in the question before calls': {
    plant: async () => ({ env: { ELEVENLABS_INIT_SECRET: 'another-init-secret-0123456789' } }),
    checks: ['elevenlabs_questions'],
    seen: /without a secret of this deployment/,
    remedy: /npm run setup:elevenlabs/,
  },
  'somebody else at PUBLIC_URL': {
    plant: async () => ({
      env: { PUBLIC_URL: await serverForTest((_req, res) => res.end('{"hello":"there"}')) },
    }),
    checks: ['public_url', 'elevenlabs_agent', 'elevenlabs_questions', 'elevenlabs_reports'],
    seen: /Somebody else answers at PUBLIC_URL/,
    remedy: /Point the name, the proxy or the tunnel at this deployment/,
  },
  'a server that does not run': {
    plant: async (world) => {
      const port = await reservePort()
      return {
        env: { PUBLIC_URL: `http://127.0.0.1:${port}`, PUBLIC_URL_PREVIOUS: world.origin },
      }
    },
    checks: ['public_url'],
    seen: /does not answer this machine: no answer \(ECONNREFUSED\)/,
    remedy: /npm start/,
  },
  'a database that is away': {
    plant: async () => ({
      env: { DATABASE_URL: `postgres://orgline@127.0.0.1:${await reservePort()}/orgline` },
    }),
    checks: ['database'],
    seen: /The database does not answer: .*ECONNREFUSED/,
    remedy: /See that it runs/,
  },
  'a database of an older release': {
    plant: async (world) => {
      const [newest] = await world.sql<{ name: string; checksum: string }>(
        'delete from schema_migrations where name = (select max(name) from schema_migrations) returning *',
      )
      const columns = Object.keys(newest ?? {})
      const places = columns.map((_, index) => `$${index + 1}`)
      return {
        undo: () =>
          world.sql(
            `insert into schema_migrations (${columns}) values (${places})`,
            Object.values(newest ?? {}),
          ),
      }
    },
    checks: ['database'],
    seen: /The database is older than this release: it lacks \d{4}/,
    remedy: /Run npm run migrate of this release\.$/,
  },
  'twins in the place of the carriers': {
    plant: async (world) => ({
      env: {
        PUBLIC_URL: `https://0.0.0.0:${await reservePort()}`,
        PUBLIC_URL_PREVIOUS: world.origin,
        TRUST_PROXY_HOPS: '1',
      },
    }),
    checks: ['base_urls', 'public_url'],
    seen: /TWILIO_BASE_URL sends everything for Twilio to http:\/\/127/,
    remedy: /Leave TWILIO_BASE_URL empty/,
  },
}

describe('npm run doctor', () => {
  let world: World
  beforeAll(async () => {
    // Without it, whoever knows the agent's id can talk to it: the doctor warns of that.
    world = await startWorld({ settings: { ELEVENLABS_AGENT_AUTH: 'on' } })
    const body = { mode: 'repair' }
    await request(world.origin, 'POST', '/api/admin/reconcile', { token: ADMIN, body })
  })
  afterAll(() => world.stop())

  test('where nothing is wrong, says so of every check, and ends with 0', async () => {
    const { code, outcome, checks } = await diagnose(world)

    expect(checks.map(({ check, outcome: each, seen }) => [check, each, seen])).toEqual(
      CHECKS.map((name) => [name, 'ok', expect.any(String)]),
    )
    expect([outcome, code]).toEqual(['ok', 0])
  })

  test.each(Object.entries(faults))(
    'with %s, names it, says what to do, and ends with 1',
    async (_, fault) => {
      const { env = {}, undo } = await fault.plant(world)
      onTestFinished(async () => void (await undo?.()))

      const { code, errors } = await diagnose(world, env)

      expect([...new Set(errors.map(({ check }) => check))]).toEqual(fault.checks)
      expect(errors).toContainEqual(
        expect.objectContaining({
          seen: expect.stringMatching(fault.seen),
          remedy: expect.stringMatching(fault.remedy),
        }),
      )
      expect(code).toBe(1)
    },
  )

  test('with a half-filled .env, lists all that is missing and wrong at once', async () => {
    const { code, errors } = await diagnose(world, {
      TWILIO_AUTH_TOKEN: '',
      ELEVENLABS_INIT_SECRET: 'short',
      ADMIN_API_KEYS: undefined,
      DATABASE_URL: undefined,
      POOL_TRAGET: '3',
    })

    expect(errors.map(({ seen }) => seen)).toEqual([
      expect.stringContaining('ADMIN_API_KEYS: is missing'),
      expect.stringContaining('TWILIO_AUTH_TOKEN: is missing'),
      expect.stringContaining('ELEVENLABS_INIT_SECRET: must have at least 16 characters'),
      expect.stringContaining('SUPABASE_URL with SUPABASE_SECRET_KEY, or DATABASE_URL'),
      expect.stringContaining('POOL_TRAGET: is no setting; POOL_TARGET is'),
    ])
    expect(code).toBe(1)
  })

  test('for people, gives each check a line, and each remedy one below it', async () => {
    const { output } = await runDoctor(world, [], { ELEVENLABS_WEBHOOK_SECRET: '' })

    const lines = output.split('\n')
    expect(lines).toContainEqual(expect.stringMatching(/^ok {7}twilio_account {8}Twilio takes/))
    const at = lines.findIndex((line) => /^error {4}elevenlabs_reports/.test(line))
    expect(lines[at + 1]).toMatch(/^ +-> Run npm run setup:elevenlabs/)
    expect(lines.at(-1)).toMatch(/^1 errors, \d+ warnings, \d+ right\./)
  })

  test('asked of a running server, is the same, for operators alone', async () => {
    await control(world, 'POST', 'settings', { funds: 1_000_000 })
    onTestFinished(() => control(world, 'POST', 'settings', { funds: 1_000_000_000_000 }))

    const path = '/api/admin/health'
    const [asked, stranger] = await Promise.all([
      request(world.origin, 'GET', path, { token: ADMIN }),
      request(world.origin, 'GET', path),
    ])

    const { checks, outcome } = await diagnose(world)
    expect(stranger.status).toBe(401)
    expect(asked.body).toEqual({ success: true, outcome, checks })
    expect(JSON.stringify(asked.body)).not.toContain(authToken)
  })
})

describe('npm run doctor -- --fix', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { ELEVENLABS_AGENT_AUTH: 'on', SIGNUP_WAIT_MS: '0' } })
  })
  afterAll(() => world.stop())

  const webhooks = async () => (await atCarriers(world)).elevenlabs.webhooks

  test('with a webhook that is disabled and an older schema, says what it does, does it, and ends with 0', async () => {
    const [{ webhook_id: id, name }] = await webhooks()
    await eleven(world.twins, 'PATCH', `/workspace/webhooks/${id}`, { name, is_disabled: true })
    await world.sql('drop function public.describe_connection()')

    const { code, output } = await runDoctor(world, ['--fix'])

    expect(output).toMatch(/^Running npm run migrate/m)
    expect(output).toMatch(/^Running npm run setup:elevenlabs, which is about to change:$/m)
    expect(output).toMatch(/^- post-call webhook was disabled, is enabled again$/m)
    expect((await webhooks())[0]).toMatchObject({ webhook_id: id, is_disabled: false })
    expect(code).toBe(0)
  })

  test('with an order that has stopped before it bought, repairs no numbers, and buys none', async () => {
    await control(world, 'POST', 'stock', { areaCode: '305', count: 0 })
    await signUp(world, { preferredAreaCode: '305', areaCodeOnly: true })
    await runOrders(world)
    await world.sql('delete from reconcile_reports')
    const { spent } = (await atCarriers(world)).twilio

    const { output } = await runDoctor(world, ['--fix'])

    expect(output).toContain('because an order that has stopped would buy its number then')
    expect((await atCarriers(world)).twilio.spent).toBe(spent)
  })

  test('with a webhook that is gone, leaves to a person what prints a secret', async () => {
    const [{ webhook_id: id }] = await webhooks()
    await eleven(world.twins, 'DELETE', `/workspace/webhooks/${id}`)
    onTestFinished(() => setupElevenLabsCommand([], world.env, () => {}))

    const { code, output } = await runDoctor(world, ['--fix'])

    expect(output).toContain('Left to you: npm run setup:elevenlabs, because it makes a webhook')
    expect(await webhooks()).toEqual([])
    expect(code).toBe(1)
  })
})
