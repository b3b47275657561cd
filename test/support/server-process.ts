import { expect, onTestFinished, type TestContext } from 'vitest'
import { ownSettings } from '../../sandbox/environment.ts'
import { PATIENT } from '../../sandbox/patient.ts'
import { TIMINGS } from '../../sandbox/timings.ts'
import { startTwins, type Twins } from '../../sandbox/twins/twins.ts'
import { setUpElevenLabs } from '../../src/carriers/elevenlabs/setup/setup.ts'
import { readDeployment } from '../../src/commands/read-deployment.ts'
import { parseSetupConfig } from '../../src/config/config.ts'
import type { Timings } from '../../src/config/timings.ts'
import { setupRequest } from '../../src/infrastructure/setup-request.ts'
import { databaseForTest } from './database.ts'
import { ADMIN, request } from './requests.ts'
import { reservePort } from './reserved-port.ts'

type Env = Record<string, string>

/**
 * The settings of a deployment with its own database and twins, as an operator would write them; a
 * `server` has short timings besides, which `start` does not read. `atEnd`: as of `databaseForTest`.
 */
export async function deployment(atEnd: TestContext['onTestFinished'] = onTestFinished) {
  const [database, twins, port] = [
    await databaseForTest('template_orgline', atEnd),
    await startTwins({ port: 0 }),
    await reservePort(),
  ]
  atEnd(() => twins.close())
  const own = {
    ...ownSettings({
      port,
      twins: twins.origin,
      databaseUrl: database.url,
      initSecret: 'process-test-secret-0123',
    }),
    ...PATIENT,
  }
  const config = parseSetupConfig(own)
  const { agentId } = await setUpElevenLabs(
    setupRequest(config, await readDeployment(config.database)),
  )
  const times: Partial<Timings> = {
    ordersIntervalMs: 50,
    orderPollMs: 20,
    orderBackoffMs: 20,
    orderRecheckIntervalMs: 400,
  }
  return {
    env: { ...own, [TIMINGS]: JSON.stringify(times), ELEVENLABS_AGENT_ID: agentId } as Env,
    twins,
    databaseUrl: database.url,
  }
}

/** Signs up an organization, as an operator. */
export function signUp(env: Env, name = 'Process Motors') {
  const body = { name, email: 'p@example.com', preferredAreaCode: '604' }
  return request(env.PUBLIC_URL ?? '', 'POST', '/api/auth/organizations', { token: ADMIN, body })
}

/** How far its orders are. */
export async function orders(env: Env): Promise<{ status: string }[]> {
  return (await request(env.PUBLIC_URL ?? '', 'GET', '/api/admin/orders', { token: ADMIN })).body
    .orders
}

/** What happens to Twilio's next requests of a kind. */
export function fault(twins: Twins, operation: string, kind: string, more: { ms?: number } = {}) {
  return request(twins.origin, 'POST', '/control/faults', {
    body: { carrier: 'twilio', operation, kind, ...more },
  })
}

/** Once Twilio has received a request of a kind. */
export async function received(twins: Twins, operation: string): Promise<void> {
  await expect
    .poll(
      async () =>
        (await request(twins.origin, 'GET', '/control/state')).body.requests.twilio?.[operation] ??
        0,
    )
    .toBeGreaterThan(0)
}
