import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { sandboxFolder, spawnSandbox } from '../../test/support/sandbox-process.ts'
import { aMemberWithCustomers } from './member.ts'
import { send } from './send.ts'

export interface Line {
  name: string
  number: string
}

export type Stage = Awaited<ReturnType<typeof startStage>>

/** As a deployment has it: what floods comes through a proxy, which tells from where; Node as `npm start` has it. */
const settings = {
  TRUST_PROXY_HOPS: '1',
  RATE_LIMIT_PER_MINUTE: '300',
  NODE_OPTIONS: '--max-semi-space-size=4',
  MALLOC_ARENA_MAX: '1',
}

/** The sandbox as a process of its own, with an organization for each way to answer calls. */
export async function startStage() {
  const folder = sandboxFolder({ isNew: true })
  let stopSandbox = async () => {}
  const stop = async () => {
    await stopSandbox()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const sandbox = await spawnSandbox(folder, settings, (end) => {
      stopSandbox = end
    })
    const [, databaseUrl = ''] = /Database\s+(\S+)/.exec(sandbox.process.output()) ?? []
    const { initSecret, webhookSecret } = JSON.parse(
      readFileSync(join(folder, 'secrets.json'), 'utf8'),
    )
    return {
      api: sandbox.api,
      databaseUrl,
      initSecret: initSecret as string,
      webhookSecret: webhookSecret as string,
      pid: sandbox.process.child.pid ?? 0,
      control: (method: string, path: string, body?: unknown) =>
        send(method, `${sandbox.world}/control/${path}`, body),
      server: await signUp(sandbox.api, 'Premium Auto Sales', 'server'),
      elevenlabs: await signUp(sandbox.api, 'Downtown Motors', 'elevenlabs'),
      member: await aMemberWithCustomers(sandbox, databaseUrl),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** An organization with a number, whose calls come in that way. */
async function signUp(api: string, name: string, voice: string): Promise<Line> {
  const { organization } = await send('POST', `${api}/api/auth/organizations`, {
    name,
    email: 'bench@example.com',
  })
  const path = `${api}/api/organizations/${organization.id}`
  await send('PATCH', path, { settings: { inbound_voice: voice } })
  return { name, number: organization.phoneNumber }
}
