import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { aKey } from '../support/api-keys.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { control, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const root = new URL('../../', import.meta.url)
const never = new AbortController().signal

/** The reader in JavaScript that the document shows. */
async function documented(): Promise<string> {
  const text = await readFile(new URL('docs/events.md', root), 'utf8')
  const code = /```js\n(const url[\s\S]*?)```/.exec(text)?.[1]
  if (!code) throw new Error('docs/events.md shows no reader')
  return code
}

describe('the reader of docs/events.md', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  async function start(organizationId: string, key: string) {
    const code = await documented()
    const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
      env: {
        PATH: process.env.PATH,
        ORGLINE_URL: world.origin,
        ORGANIZATION_ID: organizationId,
        ORGLINE_KEY: key,
      },
    })
    onTestFinished(() => void child.kill())
    let said = ''
    let failed = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      failed += text
    })
    return { said: () => said.match(/^\S+/gm) ?? [], failed: () => failed }
  }

  const open = () => expect.poll(() => world.context.events.streams.count()).toBe(1)
  /** Without the sign-up's, which a stream that is opened right after it may still get. */
  const read = (reader: { said: () => string[] }) =>
    expect.poll(async () => {
      await world.context.events.streams.tick(never)
      return reader.said().filter((type) => type !== 'number.ready')
    })

  test('reads what happens as it happens, and misses nothing while the server is away', async () => {
    const { organization } = await signUp(world)
    const { key } = await aKey(world, organization.id, ['read'])
    const text = () =>
      control(world, 'POST', 'sms', {
        from: '+16045558992',
        to: organization.phoneNumber,
        body: 'Hello',
      })
    const reader = await start(organization.id, key)
    await open()
    await text()
    await read(reader).toEqual(['contact.created', 'message.received'])

    const away = world.context.background
    await world.restart({})
    away.stop()
    await text()

    await open()
    await read(reader).toEqual(['contact.created', 'message.received', 'message.received'])
    expect(reader.failed()).toBe('')
  })

  test('that is refused, ends and says why', async () => {
    const { organization } = await signUp(world)
    const { key } = await aKey(world, organization.id, ['calls:write'])

    const reader = await start(organization.id, key)

    await expect.poll(reader.failed).toContain('scope_missing')
  })
})
