import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTVerifyGetKey } from 'jose'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createKeyLookUp } from '../../src/http/token-keys.ts'

/** How often the issuer is asked at most, and how often somebody comes whose key nobody has. */
const EVERY_MS = 200
const STRANGERS_EVERY_MS = 30

/** Who asks, by its `lookUps`, gets the key under its present `kid`. */
async function anIssuer(onAnswered: () => void = () => {}) {
  const { publicKey } = await generateKeyPair('ES256')
  const jwk = { ...(await exportJWK(publicKey)), alg: 'ES256', use: 'sig' }
  const issuer = { kid: 'first', lookUps: 0, url: '' }
  const server = createServer({ keepAliveTimeout: 0 }, (_req, res) => {
    issuer.lookUps += 1
    res.setHeader('content-type', 'application/json')
    res.end(JSON.stringify({ keys: [{ ...jwk, kid: issuer.kid }] }))
    res.once('close', onAnswered)
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  issuer.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return issuer
}

async function outcomeOf(keys: JWTVerifyGetKey, kid: string): Promise<string> {
  try {
    await keys({ alg: 'ES256', kid }, { payload: '', signature: '' })
    return 'found'
  } catch (error) {
    return (error as { code: string }).code
  }
}

test('keys of an issuer, looked up while tokens of unknown keys come, are found as soon as they are rotated', async () => {
  const found: Promise<string>[] = []
  const issuer = await anIssuer(() => {
    // Too late for this look-up, and while others may wait for the next one already.
    issuer.kid = `rotated ${issuer.lookUps}`
    setImmediate(() => found.push(outcomeOf(keys, issuer.kid)))
  })
  const keys = createKeyLookUp(issuer.url, EVERY_MS)

  const strangers: Promise<string>[] = []
  const coming = setInterval(() => strangers.push(outcomeOf(keys, 'nobodys')), STRANGERS_EVERY_MS)
  await expect.poll(() => found.length).toBeGreaterThan(20)
  clearInterval(coming)

  expect(new Set(await Promise.all(found))).toEqual(new Set(['found']))
  expect(new Set(await Promise.all(strangers))).toEqual(new Set(['ERR_JWKS_NO_MATCHING_KEY']))
})

test.each([
  ['put back by a day', -1],
  ['put forward by a day', 1],
])(
  'keys of an issuer, rotated after the time of day was %s, are found after one wait, and asked for no more often',
  async (_what, days) => {
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    const issuer = await anIssuer()
    const steady = { ms: 0, waits: 0 }
    const keys = createKeyLookUp(issuer.url, EVERY_MS, {
      now: () => steady.ms,
      async wait(ms) {
        steady.ms += ms
        steady.waits += 1
        // One that never comes to an end must not keep the test from its own.
        if (steady.waits > 2) throw new Error('waits again')
      },
    })
    const before = await outcomeOf(keys, 'first')

    vi.setSystemTime(Date.now() + days * 86_400_000)
    issuer.kid = 'rotated'
    const known = await outcomeOf(keys, 'first')
    const rotated = await outcomeOf(keys, 'rotated')

    expect([before, known, rotated]).toEqual(['found', 'found', 'found'])
    expect(steady.waits).toBe(1)
    expect(issuer.lookUps).toBe(2)
  },
)

test('keys of an issuer, looked up ten minutes ago, are looked up again before they are believed', async () => {
  const issuer = await anIssuer()
  const steady = { ms: 0 }
  const keys = createKeyLookUp(issuer.url, EVERY_MS, {
    now: () => steady.ms,
    async wait(ms) {
      steady.ms += ms
    },
  })
  await outcomeOf(keys, 'first')
  issuer.kid = 'rotated'
  steady.ms += 599_999
  const before = await outcomeOf(keys, 'first')
  steady.ms += 1

  expect(before).toBe('found')
  expect(await outcomeOf(keys, 'first')).toBe('ERR_JWKS_NO_MATCHING_KEY')
})
