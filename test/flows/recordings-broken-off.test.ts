import { Readable } from 'node:stream'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Download, DownloadRequest, Downloads } from '../../src/carriers/ports/downloads.ts'
import { startServer } from '../../src/server/server.ts'
import { aLine } from '../support/quarantine.ts'
import { aTalk, bytesAt } from '../support/recordings.ts'
import { ADMIN } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

/** What the carrier does once it has sent something. */
type Manner = 'stops sending' | 'breaks off' | 'sends less than it said'

describe('a recording that is on its way', () => {
  let world: World
  let path: string
  let manner: Manner
  /** Of each request to the carrier. */
  let signals: AbortSignal[]
  beforeAll(async () => {
    world = await startWorld({
      overrides: { downloads: { ...nothing, openConversation: (_, request) => open(request) } },
    })
    const talk = await aTalk(world, await aLine(world), '+16045558501')
    path = talk.recording_url
  })
  beforeEach(() => {
    signals = []
  })
  afterAll(() => world.stop())

  async function open({ signal }: DownloadRequest): Promise<Download> {
    signals.push(signal)
    const bytes = Readable.from(sent(signal), { objectMode: false })
    bytes.on('error', () => {})
    const length = manner === 'sends less than it said' ? 1_000 : null
    return { status: 200, type: 'audio/mpeg', length, contentRange: null, bytes }
  }

  async function* sent(signal: AbortSignal) {
    yield Buffer.alloc(100)
    if (manner === 'breaks off') throw new Error('the carrier hung up')
    if (manner === 'sends less than it said') return
    await new Promise((_, reject) => signal.addEventListener('abort', reject, { once: true }))
  }

  const listen = (origin: string, signal?: AbortSignal) =>
    fetch(origin + path, {
      headers: { authorization: `Bearer ${ADMIN}` },
      ...(signal && { signal }),
    })

  test.each<Manner>(['breaks off', 'sends less than it said'])(
    'from a carrier that %s, breaks off: nobody takes a part for the whole',
    async (how) => {
      manner = how

      const response = await listen(world.origin)

      expect(response.status).toBe(200)
      await expect(response.arrayBuffer()).rejects.toThrow()
    },
  )

  test('to somebody who hangs up, ends at the carrier, too', async () => {
    manner = 'stops sending'
    const gone = new AbortController()
    const response = await listen(world.origin, gone.signal)
    const reader = response.body?.getReader()
    await reader?.read()

    gone.abort()

    await expect.poll(() => signals.map(({ aborted }) => aborted)).toEqual([true])
  })

  test('to six at a time, is no more for the same asker until one has gone', async () => {
    manner = 'stops sending'
    const listeners = Array.from({ length: 6 }, () => new AbortController())
    await Promise.all(listeners.map(({ signal }) => listen(world.origin, signal)))

    const seventh = await bytesAt(world, path)
    listeners[0]?.abort()

    expect(seventh).toMatchObject({ status: 503, code: 'too_many_at_once' })
    await expect.poll(async () => (await bytesAt(world, path, { method: 'HEAD' })).status).toBe(200)
    for (const listener of listeners) listener.abort()
  })

  test('while the server stops, breaks off, so that it stops in time', async () => {
    manner = 'stops sending'
    const { config, context } = world
    const server = await startServer(
      { ...config, server: { ...config.server, host: '127.0.0.1', port: 0, shutdownNoticeMs: 0 } },
      {
        log: context.log,
        downloads: { ...nothing, openConversation: (_, request) => open(request) },
      },
    )
    const response = await listen(`http://127.0.0.1:${server.port}`)
    const heard = response.arrayBuffer().then(
      () => 'all of it',
      () => 'broken off',
    )

    await server.stop()

    expect(await heard).toBe('broken off')
    expect(signals.at(-1)?.aborted).toBe(true)
    expect(world.logs.filter((line) => line.includes('took too long'))).toEqual([])
  })
})

const unused = async (): Promise<Download> => {
  throw new Error('nobody asks for it here')
}
const nothing: Downloads = { openTape: unused, openConversation: unused, openMedium: unused }
