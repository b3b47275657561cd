import { once } from 'node:events'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, type TestContext, test } from 'vitest'
import { ADMIN, request } from '../support/requests.ts'
import { reservePort } from '../support/reserved-port.ts'
import { sandboxFolder, spawnSandbox } from '../support/sandbox-process.ts'
import { startChildOf } from '../support/test-child.ts'

type Sandbox = Awaited<ReturnType<typeof spawnSandbox>>

// Concurrently: a start takes seconds, most of them waiting for PostgreSQL, and each has data of its own.
describe('the sandbox process', { concurrent: true }, () => {
  test('killed and started again on other ports, keeps its data and its lines work', async ({
    expect,
    onTestFinished,
  }) => {
    const folder = folderFor(onTestFinished)
    const first = await spawnSandbox(folder, {}, onTestFinished)
    const { body } = await signUp(first.api)
    first.process.child.kill('SIGKILL')
    await first.process.exited

    const second = await spawnSandbox(folder, {}, onTestFinished)

    const { phoneNumber, id } = body.organization
    const again = await request(second.api, 'GET', `/api/organizations/${id}`, { token: ADMIN })
    expect(again.body.organization).toMatchObject({ phoneNumber, readyToUse: true })
    const call = await request(second.world, 'POST', '/control/calls', {
      body: { from: '+16045559300', to: phoneNumber },
    })
    expect(call.body).toMatchObject({
      answered: true,
      agentSaid: expect.stringContaining('Sandbox Motors'),
    })
    const text = await request(second.world, 'POST', '/control/sms', {
      body: { from: '+16045559300', to: phoneNumber, body: 'hello' },
    })
    expect(text.body).toMatchObject({ status: 200 })

    second.process.child.kill('SIGINT')
    expect(await second.process.exited).toBe(0)
    expect(await isListening(databasePort(second.process.output()))).toBe(false)
  })

  describe('over an empty folder', () => {
    const folder = sandboxFolder({ isNew: true })
    let sandbox: Sandbox
    let stop = async () => {}
    beforeAll(async () => {
      sandbox = await spawnSandbox(folder, {}, (end) => {
        stop = end
      })
    })
    afterAll(async () => {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    })

    test('says where everything is, and that it is ready last', ({ expect }) => {
      const output = sandbox.process.output()

      expect(output.trimEnd().split('\n').at(-1)).toBe('Orgline sandbox is ready')
      const command = `curl -s ${sandbox.world}/auth/v1/token`
      for (const text of [sandbox.api, sandbox.world, 'sandbox-admin-key', command])
        expect(output).toContain(text)
      expect(output).not.toMatch(/failed|error|warn/i)
    })

    test('started a second time over the same data, says what is in use, and leaves the first alone', async ({
      expect,
      onTestFinished,
    }) => {
      const second = startChildOf(onTestFinished)('sandbox', {
        SANDBOX_DATA: folder,
        PORT: String(await reservePort()),
        SANDBOX_PORT: String(await reservePort()),
      })

      expect(await second.exited).toBe(1)
      expect(second.output()).toMatch(/The database in .* is in use/)
      expect(second.output()).toMatch(/SANDBOX_DATA=\S+ PORT=\d+ SANDBOX_PORT=\d+ npm run sandbox/)
      expect(second.output()).toContain(`process ${sandbox.process.child.pid}`)
      expect((await signUp(sandbox.api)).status).toBe(201)
    })
  })

  describe('with settings that are not for it', () => {
    const folder = sandboxFolder()
    let sandbox: Sandbox
    let stop = async () => {}
    beforeAll(async () => {
      writeFileSync(
        join(folder, '.env'),
        'PUBLIC_URL=https://real.example.com\nTWILIO_ACCOUNT_SID=ACreal\nLOG_LEVEL=fatal\n',
      )
      const env = {
        TWILIO_ACCOUNT_SID: 'ACreal',
        TWILIO_BASE_URL: 'https://twilio.example.com',
        TWILIO_REGION: 'ie1',
        ELEVENLABS_BASE_URL: 'https://elevenlabs.example.com',
        DATABASE_URL: 'postgres://real.example.com/real',
        SUPABASE_URL: 'https://real.supabase.example.com',
        PUBLIC_URL: 'https://real.example.com',
        HTTPS_PROXY: 'http://127.0.0.1:9',
        HTTP_PROXY: 'http://127.0.0.1:9',
        RATE_LIMIT_PER_MINIUTE: '5',
        SANDBOX_DTAA: '/tmp/elsewhere',
        // Like those of real accounts, which are taken away.
        ELEVENLABS_IMPROT: 'manual',
      }
      sandbox = await spawnSandbox(folder, env, (end) => {
        stop = end
      })
    })
    afterAll(async () => {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    })

    test('started where real accounts are configured, uses none of them', async ({ expect }) => {
      const { status, body } = await signUp(sandbox.api)

      expect(status).toBe(201)
      expect(body.organization).toMatchObject({ readyToUse: true })
    })

    test('given settings that are mistyped, names each, and the one that was meant', ({
      expect,
    }) => {
      const output = sandbox.process.output()

      expect(output).toContain('RATE_LIMIT_PER_MINIUTE: is no setting; RATE_LIMIT_PER_MINUTE is')
      expect(output).toContain('SANDBOX_DTAA: is no setting; SANDBOX_DATA is')
      expect(output).toContain('ELEVENLABS_IMPROT: is no setting; ELEVENLABS_IMPORT is')
    })
  })

  test('given a setting that leads off this machine, refuses to start and says which and where to', async ({
    expect,
    onTestFinished,
  }) => {
    const sandbox = startChildOf(onTestFinished)('sandbox', {
      SANDBOX_DATA: folderFor(onTestFinished),
      VOICE_FALLBACK_URL: 'https://example.com/a-secret?token=a-secret',
    })

    expect(await sandbox.exited).toBe(1)
    expect(sandbox.output()).toContain(
      'VOICE_FALLBACK_URL=https://example.com leads off this machine',
    )
    expect(sandbox.output()).not.toContain('a-secret')
  })

  test('given limits and pages of another origin, keeps to them', async ({
    expect,
    onTestFinished,
  }) => {
    const env = { PURCHASE_DAILY_LIMIT: '0', CORS_ORIGINS: 'https://app.example.com' }
    const { api } = await spawnSandbox(folderFor(onTestFinished), env, onTestFinished)

    const { body } = await signUp(api)

    expect(body.organization).toMatchObject({ readyToUse: false })
    const page = { origin: 'https://app.example.com' }
    const { headers } = await request(api, 'GET', '/readyz', { headers: page })
    expect(headers.get('access-control-allow-origin')).toBe(page.origin)
  })

  test('given a port in use, says so before it builds anything, and leaves nothing running', async ({
    expect,
    onTestFinished,
  }) => {
    const taken = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void taken.close())
    await once(taken, 'listening')
    const folder = folderFor(onTestFinished, { isNew: true })

    const refused = startChildOf(onTestFinished)('sandbox', {
      SANDBOX_DATA: folder,
      PORT: String((taken.address() as AddressInfo).port),
      SANDBOX_PORT: String(await reservePort()),
    })

    expect(await refused.exited).toBe(1)
    expect(refused.output()).toMatch(/Port \d+ is in use: choose others/)
    expect(existsSync(join(folder, 'postgres'))).toBe(false)
    const { api } = await spawnSandbox(folder, {}, onTestFinished)
    await expect.poll(async () => (await request(api, 'GET', '/readyz')).status).toBe(200)
  })
})

function signUp(api: string) {
  const body = { name: 'Sandbox Motors', email: 's@example.com', preferredAreaCode: '604' }
  return request(api, 'POST', '/api/auth/organizations', { token: ADMIN, body })
}

function folderFor(
  onTestFinished: TestContext['onTestFinished'],
  options: { isNew?: boolean } = {},
): string {
  const folder = sandboxFolder(options)
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function databasePort(output: string): number {
  return Number(/postgres:\/\/.*@127\.0\.0\.1:(\d+)\//.exec(output)?.[1])
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
    socket.unref()
  })
}
