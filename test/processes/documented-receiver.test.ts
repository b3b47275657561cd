import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { aListener, deliverDue } from '../support/events.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { control } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const root = new URL('../../', import.meta.url)

/** The receiver in JavaScript that the document shows. */
async function documented(): Promise<string> {
  const text = await readFile(new URL('docs/events.md', root), 'utf8')
  const code = /```js\n(import[\s\S]*?)```/.exec(text)?.[1]
  if (!code) throw new Error('docs/events.md shows no receiver')
  return code
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}

describe('the receiver of docs/events.md', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  /** Runs it as whoever copies it does; answers what it says. */
  async function start(port: number, secret: string) {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', await documented()], {
      cwd: root,
      env: { PATH: process.env.PATH, PORT: String(port), WEBHOOK_SECRET: secret },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => void child.kill())
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    const url = `http://127.0.0.1:${port}`
    await expect
      .poll(() =>
        fetch(url).then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(401)
    return { url, said: () => said }
  }

  test('takes what its endpoint is told, once, and refuses what somebody else posts', async () => {
    const port = await freePort()
    const { number, secret, deliveries, ask } = await aListener(world, `http://127.0.0.1:${port}`, [
      'message.received',
    ])
    const receiver = await start(port, secret)
    await control(world, 'POST', 'sms', { from: '+16045558990', to: number, body: 'Hello' })

    await deliverDue(world)
    const [delivered] = await deliveries()
    await ask('POST', `/deliveries/${delivered.id}/replay`)
    await deliverDue(world)
    const forged = await fetch(receiver.url, {
      method: 'POST',
      body: '{"type": "message.received", "data": {}}',
      headers: {
        'webhook-id': 'x',
        'webhook-timestamp': '1614265330',
        'webhook-signature': 'v1,x',
      },
    })

    expect(await deliveries()).toMatchObject([{ status: 'delivered', status_code: 204 }])
    expect(forged.status).toBe(401)
    await expect.poll(receiver.said).toMatch(/^message\.received \S+\n$/)
  })

  test('goes on where somebody hangs up in the middle of a request, or posts too much', async () => {
    const port = await freePort()
    const { number, secret, deliveries } = await aListener(world, `http://127.0.0.1:${port}`, [
      'message.received',
    ])
    const receiver = await start(port, secret)
    const half = connect(port, '127.0.0.1')
    half.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nabc')
    await once(half, 'connect')
    half.resetAndDestroy()
    const tooMuch = await fetch(receiver.url, { method: 'POST', body: 'x'.repeat(70_000) }).then(
      ({ status }) => status,
      () => 401,
    )

    await control(world, 'POST', 'sms', { from: '+16045558991', to: number, body: 'Hello' })
    await deliverDue(world)

    expect(tooMuch).toBe(401)
    expect(await deliveries()).toMatchObject([{ status: 'delivered', status_code: 204 }])
  })
})
