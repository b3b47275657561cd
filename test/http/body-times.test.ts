import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { startWorld, type World } from '../support/world.ts'

describe('a body that has begun', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => world.stop())

  test.each([
    ['to Twilio’s doors', '/api/webhooks/call/incoming', 'x-www-form-urlencoded'],
    ['to ElevenLabs’ signed door', '/api/webhooks/elevenlabs/post-call', 'json'],
  ])('%s, has the ten seconds that the product gives it', async (_, path, type) => {
    const timers = vi.spyOn(globalThis, 'setTimeout')
    onTestFinished(() => timers.mockRestore())
    const { hostname, port } = new URL(world.origin)
    const socket = connect(Number(port), hostname)
    onTestFinished(() => void socket.destroy())
    socket.on('error', () => {})

    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/${type}\r\nContent-Length: 10\r\n\r\n{`,
    )

    const given = () =>
      timers.mock.calls.flatMap(([work, ms]) =>
        String(work).includes('body_too_slow') ? [ms] : [],
      )
    await expect.poll(given, { timeout: 30_000 }).toEqual([10_000])
  })
})
