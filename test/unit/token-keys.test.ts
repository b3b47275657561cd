import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair } from 'jose'
import { expect, onTestFinished, test } from 'vitest'
import { createKeyLookUp } from '../../src/http/token-keys.ts'

/** How often the issuer is asked at most, and how often somebody comes whose key nobody has. */
const EVERY_MS = 200
const STRANGERS_EVERY_MS = 30

test('keys of an issuer, looked up while tokens of unknown keys come, are found as soon as they are rotated', async () => {
  const { publicKey } = await generateKeyPair('ES256')
  const jwk = { ...(await exportJWK(publicKey)), alg: 'ES256', use: 'sig' }
  let kid = 'first'
  let lookUps = 0
  const found: Promise<string>[] = []
  const server = createServer((_req, res) => {
    lookUps += 1
    res.setHeader('content-type', 'application/json')
    res.end(JSON.stringify({ keys: [{ ...jwk, kid }] }))
    // Too late for this look-up, and while others may wait for the next one already.
    res.once('close', () => {
      kid = `rotated ${lookUps}`
      setImmediate(() => found.push(outcomeOf(kid)))
    })
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const keys = createKeyLookUp(`http://127.0.0.1:${port}/`, EVERY_MS)
  const outcomeOf = async (which: string) => {
    try {
      await keys({ alg: 'ES256', kid: which }, { payload: '', signature: '' })
      return 'found'
    } catch (error) {
      return (error as { code: string }).code
    }
  }

  const strangers: Promise<string>[] = []
  const coming = setInterval(() => strangers.push(outcomeOf('nobodys')), STRANGERS_EVERY_MS)
  await expect.poll(() => found.length).toBeGreaterThan(20)
  clearInterval(coming)

  expect(new Set(await Promise.all(found))).toEqual(new Set(['found']))
  expect(new Set(await Promise.all(strangers))).toEqual(new Set(['ERR_JWKS_NO_MATCHING_KEY']))
})
