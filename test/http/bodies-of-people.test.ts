import { randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { aKey } from '../support/api-keys.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { connectTo, head } from '../support/raw-http.ts'
import { ADMIN, aUser, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

/** As long as a route takes that takes long ones. */
const LENGTH = 400 * 1_024
const LONG = JSON.stringify({ name: 'x' }).padEnd(LENGTH)

describe('bodies of people and programs that are under way', () => {
  let world: World
  beforeAll(async () => {
    // Only a test lets the time pass in which so much of a body has to come.
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    world = await startWorld({ settings: { TRUST_PROXY_HOPS: '1' } })
  })
  afterAll(async () => {
    vi.useRealTimers()
    await stopWithCleanLogs(world)
  })

  const ask = (token: string, body: unknown) =>
    request(world.origin, 'POST', '/api/agents', { token, body })
  /** The answer to what is well within the bounds of the route, but for a name that nobody may have. */
  const statusOf = async (token: string, body = LONG) => (await ask(token, body)).status

  /** Waits until it does; `expect.poll` would let the time pass that the tests hold. */
  async function answers(token: string, status: number): Promise<void> {
    while ((await statusOf(token)) !== status);
  }

  /** Begins bodies that lack their last byte, until nothing more of this sender is taken in. */
  async function fill(token: string, address = '203.0.113.1') {
    const connections = await Promise.all(
      Array.from({ length: 8 }, () => connectTo(Number(new URL(world.origin).port))),
    )
    const headers = [
      `Authorization: Bearer ${token}`,
      `X-Forwarded-For: ${address}`,
      'Content-Type: application/json',
      `Content-Length: ${LENGTH}`,
    ]
    for (const { socket } of connections) {
      socket.write(head('POST /api/agents', ...headers) + LONG.slice(0, -1))
    }
    await answers(token, 503)
    return {
      came: () => connections.map((each) => each.came.text),
      empty() {
        for (const { socket } of connections) socket.destroy()
      },
    }
  }

  test('of a user of no organization, are taken in up to so many bytes, until they end', async () => {
    const { token } = await aUser(world)
    const { empty } = await fill(token)
    const refused = await ask(token, LONG)
    const short = await statusOf(token, '{"name":"x"}')
    empty()

    expect(refused.body.code).toBe('too_many_at_once')
    expect(refused.headers.get('retry-after')).toBe('5')
    expect(short).toBe(400)
    await answers(token, 400)
  })

  test('of many strangers, leave room for members, programs and operators, and for short ones of anybody', async () => {
    const { organization, token } = await signUp(world)
    const { key } = await aKey(world, organization.id, ['numbers:write'])
    const read = await request(world.origin, 'GET', `/api/organizations/${organization.id}`, {
      token,
    })
    const strangers = await Promise.all(Array.from({ length: 4 }, () => aUser(world)))
    const filled = await Promise.all(
      strangers.map(({ token }, n) => fill(token, `198.51.100.${n}`)),
    )
    const fifth = await aUser(world)
    const refused = await statusOf(fifth.token)
    const short = await statusOf(fifth.token, '{"name":"x"}')
    const member = await statusOf(token)
    const program = await statusOf(key)
    const operator = await statusOf(ADMIN)
    for (const { empty } of filled) empty()

    expect(read.status).toBe(200)
    expect([refused, short, member, program, operator]).toEqual([503, 400, 400, 400, 400])
    await answers(fifth.token, 400)
  })

  test('that stop coming, are ended, and leave their room to others', async () => {
    const { token } = await aUser(world)
    const { came, empty } = await fill(token)
    vi.advanceTimersByTime(5_000)
    const afterOne = await statusOf(token)
    vi.advanceTimersByTime(5_000)
    await answers(token, 400)
    const ended = () => came().filter((answer) => answer.includes('body_too_slow'))
    await expect.poll(() => ended().length).toBeGreaterThan(4)
    empty()

    expect(afterOne).toBe(503)
    for (const answer of ended()) expect(answer).toMatch(/^HTTP\/1.1 408 /)
  })

  test('of streams, that are open, hold nothing any more', async () => {
    const { organization, token } = await signUp(world)
    const { organization: second } = await signUp(world, {}, token)
    const padded = '{}'.padEnd(100 * 1_024)
    const headers = [
      `Authorization: Bearer ${token}`,
      'Content-Type: application/json',
      `Content-Length: ${padded.length}`,
    ]
    const streams = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => {
        const { socket, came } = await connectTo(Number(new URL(world.origin).port))
        const { id } = n % 2 === 0 ? organization : second
        socket.write(head(`GET /api/organizations/${id}/events`, ...headers) + padded)
        return came
      }),
    )
    while (!streams.every(({ text }) => text.includes('\nid: '))) await setImmediate()

    expect(await statusOf(token)).toBe(400)
  })

  test('that were worked at, refused or could not be read, hold nothing any more', async () => {
    const { token } = await aUser(world)
    const ends = [LONG, 'x'.repeat(LENGTH), LONG.padEnd(LENGTH + 1), `{"name":"${randomUUID()}"}`]
    for (let times = 0; times < 8; times += 1) {
      await Promise.all(ends.slice(0, 2).map((body) => ask(token, body)))
      await Promise.all(ends.slice(2).map((body) => ask(token, body)))
    }

    expect(await statusOf(token)).toBe(400)
  })
})
