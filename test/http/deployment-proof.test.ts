import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { proveAddress } from '../../src/server/address/prove-address.ts'
import { expectProblem } from '../support/problems.ts'
import { request } from '../support/requests.ts'
import { anotherServer, somebody } from '../support/servers.ts'
import { startWorld, type World } from '../support/world.ts'

const { signal } = new AbortController()
const NONCE = '0123456789abcdef0123456789abcdef'

describe('the proof that an address leads to this deployment', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => world.stop())

  const path = (nonce: string) => `/api/deployment/proof?nonce=${nonce}`
  const secret = async () => (await world.context.readIdentity()).secret
  const prove = async (address: string) =>
    (await proveAddress(address, await secret(), signal)).result

  test('asked of any of its servers, is the same, and tells nothing else', async () => {
    const second = await anotherServer(world)

    const [one, other] = [
      await request(world.origin, 'GET', path(NONCE)),
      await request(second.origin, 'GET', path(NONCE)),
    ]

    expect(one).toMatchObject({
      status: 200,
      body: { proof: expect.stringMatching(/^[0-9a-f]{64}$/) },
    })
    expect(Object.keys(one.body)).toEqual(['proof'])
    expect(other.body).toEqual(one.body)
    expect(JSON.stringify(one.body)).not.toContain(await secret())
    expect(await prove(second.origin)).toBe('reached')
  })

  test.each(['', 'short', NONCE.toUpperCase(), `${NONCE}0`])(
    'asked with the nonce %j, is refused',
    async (nonce) => {
      expectProblem(await request(world.origin, 'GET', path(nonce)), 400, 'validation_failed')
    },
  )

  test('asked of another deployment, fails: somebody else answers', async () => {
    const other = await startWorld()
    await other.sql("update deployment set secret = 'another'")

    expect(await prove(other.origin)).toBe('elsewhere')
    await other.stop()
  })

  test.each([
    ['a page', 200, '<html>', 'elsewhere'],
    ['an empty answer', 200, '', 'elsewhere'],
    ['another proof', 200, '{"proof":"00"}', 'elsewhere'],
    ['a page without end', 200, 'x'.repeat(1_000_000), 'elsewhere'],
    ['nothing of the kind', 404, '{}', 'elsewhere'],
    ['a redirect', 301, '', 'elsewhere'],
    ['a rule that lets nobody in', 403, '', 'unreachable'],
    ['a gateway without servers', 502, '', 'unreachable'],
    ['a server that is not ready', 503, '{}', 'unreachable'],
    ['too many requests', 429, '', 'unreachable'],
  ] as const)('where %s (%d) is answered, is %4$s', async (_name, status, text, result) => {
    expect(await prove((await somebody(status, text)).origin)).toBe(result)
  })

  test('where nobody answers, is unreachable', async () => {
    expect(await prove('http://127.0.0.1:1')).toBe('unreachable')
  })
})
