import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  const ask = (token: string, body: unknown) =>
    request(world.origin, 'POST', '/api/agents', { token, body })
  /** The answer to what is well within the bounds of the route, but for a name that nobody may have. */
  const statusOf = async (token: string, body = LONG) => (await ask(token, body)).status

  /** Begins bodies that lack their last byte, until nothing more of this sender is taken in. */
  async function fill(token: string) {
    const connections = await Promise.all(
      Array.from({ length: 8 }, () => connectTo(Number(new URL(world.origin).port))),
    )
    const headers = [
      `Authorization: Bearer ${token}`,
      'Content-Type: application/json',
      `Content-Length: ${LENGTH}`,
    ]
    for (const { socket } of connections) {
      socket.write(head('POST /api/agents', ...headers) + LONG.slice(0, -1))
    }
    await expect.poll(() => statusOf(token)).toBe(503)
    return () => {
      for (const { socket } of connections) socket.destroy()
    }
  }

  test('of a user of no organization, are taken in up to so many bytes, until they end', async () => {
    const { token } = await aUser(world)
    const empty = await fill(token)
    const refused = await ask(token, LONG)
    const short = await statusOf(token, '{"name":"x"}')
    empty()

    expect(refused.body.code).toBe('too_many_at_once')
    expect(refused.headers.get('retry-after')).toBe('5')
    expect(short).toBe(400)
    await expect.poll(() => statusOf(token)).toBe(400)
  })

  test('of many users, leave room for short ones of anybody, and for programs and operators', async () => {
    const { organization, token } = await signUp(world)
    const { key } = await aKey(world, organization.id, ['numbers:write'])
    const strangers = await Promise.all(Array.from({ length: 8 }, () => aUser(world)))
    const empty = await Promise.all(strangers.map((stranger) => fill(stranger.token)))
    const refused = await statusOf(token)
    const short = await statusOf(token, '{"name":"x"}')
    const program = await statusOf(key)
    const operator = await statusOf(ADMIN)
    for (const each of empty) each()

    expect([refused, short, program, operator]).toEqual([503, 400, 400, 400])
    await expect.poll(() => statusOf(token)).toBe(400)
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
