import type { Twins } from '../../sandbox/twins/twins.ts'
import { setUpElevenLabs } from '../../src/carriers/elevenlabs/setup/setup.ts'
import { parseSetupConfig } from '../../src/config/config.ts'
import { setupRequest } from '../../src/infrastructure/setup-request.ts'
import { apiKey, call, eleven, twinsForTest } from '../twins/support.ts'

/** The deployment that is set up where a test names none. */
export const DEPLOYMENT = 'aaaaaaaa'

export const INIT_SECRET = 'setup-init-secret-0123456789'

export type SetupSettings = Record<string, string | undefined>

/** What a run is made of, of the twin's workspace, with these settings on top. */
export function setupOf(
  twins: Twins,
  settings: SetupSettings = {},
  deployment = { id: DEPLOYMENT, agents: [] as string[] },
  options: Parameters<typeof setupRequest>[2] = {},
) {
  const config = parseSetupConfig({
    PUBLIC_URL: 'https://line.example.com',
    ELEVENLABS_API_KEY: apiKey,
    ELEVENLABS_BASE_URL: `${twins.origin}/elevenlabs`,
    ELEVENLABS_INIT_SECRET: INIT_SECRET,
    DATABASE_URL: 'postgres://127.0.0.1/not-asked',
    ...settings,
  })
  return setupRequest(config, deployment, options)
}

/** One run of `npm run setup:elevenlabs` against the twin. */
export function runSetup(
  twins: Twins,
  settings: SetupSettings = {},
  {
    id = DEPLOYMENT,
    agents = [] as string[],
    takeOver = false,
    anotherSecret = false,
    say = (_line: string) => {},
  } = {},
) {
  return setUpElevenLabs(setupOf(twins, settings, { id, agents }, { takeOver, anotherSecret, say }))
}

/** Twins after a first run, the settings that it asked for, and the webhook that it made. */
export async function afterFirstRun() {
  const twins = await twinsForTest()
  const first = await runSetup(twins)
  const [webhook] = (await workspaceOf(twins)).webhooks
  const settings = {
    ELEVENLABS_AGENT_ID: first.agentId,
    ELEVENLABS_WEBHOOK_SECRET: first.webhookSecret,
  }
  return { twins, settings, webhook }
}

/** The webhook that hears of an agent's finished calls. */
export const reportsTo = (agent: {
  platform_settings: { workspace_overrides: { webhooks: { post_call_webhook_id: string } } }
}) => agent.platform_settings.workspace_overrides.webhooks.post_call_webhook_id

/** What the workspace holds. */
export async function workspaceOf(twins: Twins) {
  const [settings, state] = await Promise.all([
    eleven(twins, 'GET', '/convai/settings'),
    call(twins, 'GET', '/control/state'),
  ])
  return {
    settings: settings.body,
    webhooks: state.body.elevenlabs.webhooks,
    agents: state.body.elevenlabs.agents,
  }
}

/** How often each operation was called that is not a mere look. */
export async function changesOf(twins: Twins): Promise<Record<string, number>> {
  const { body } = await call(twins, 'GET', '/control/state')
  const requests = Object.entries(body.requests.elevenlabs as Record<string, number>)
  return Object.fromEntries(requests.filter(([name]) => !/\.(get|list)$/.test(name)))
}

/** Changes, and one more of the retries: the list does not tell about them, so every run sets them. */
export function withRetriesSet(changes: Record<string, number>): Record<string, number> {
  return { ...changes, 'webhooks.update': (changes['webhooks.update'] ?? 0) + 1 }
}
