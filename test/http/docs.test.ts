import { get as httpGet } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { request } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('the page of the API', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  const ask = (method: string, path: string, headers: Record<string, string> = {}) =>
    request(world.origin, method, path, { headers })

  test('its policy, for a browser, lets in scripts of this server and its own styles, and nothing out but to it', async () => {
    const { headers } = await ask('GET', '/docs')

    expect(headers.get('content-security-policy')?.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'unsafe-inline'",
      "img-src 'self' data:",
      "font-src 'self' data:",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ])
  })

  test('its files, each that it names, are scripts, and are asked for anew', async () => {
    const { body } = await ask('GET', '/docs')
    const paths = [...String(body).matchAll(/src="([^"]+)"/g)].map(([, path = '']) => path)

    expect(paths).toEqual(['/docs/scalar.js', '/docs/start.js'])
    for (const path of paths) {
      const { status, headers } = await ask('GET', path)
      expect([path, status]).toEqual([path, 200])
      expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8')
      expect(headers.get('cache-control')).toBe('no-cache')
    }
  })

  test.each(['gzip', 'identity', 'br;q=1, *;q=0', undefined])(
    'its long script, for who takes %s, is sent as it is kept, packed',
    async (encoding) => {
      const { headers, bytes } = await read({ ...(encoding && { 'accept-encoding': encoding }) })

      expect(headers['content-encoding']).toBe('gzip')
      expect(Number(headers['content-length'])).toBe(bytes.length)
      expect(String(gunzipSync(bytes))).toContain('createApiReference')
    },
  )

  test('its long script, read again while nothing has changed, is not sent again', async () => {
    const etag = (await ask('HEAD', '/docs/scalar.js')).headers.get('etag') ?? ''

    expect(etag).toMatch(/^"[\w-]{43}"$/)
    const again = await ask('GET', '/docs/scalar.js', { 'if-none-match': etag })
    expect(again.status).toBe(304)
  })

  /** The bytes as they come: `fetch`, and what tests ask with otherwise, unpack them. */
  const read = (headers: Record<string, string>) =>
    new Promise<{ headers: NodeJS.Dict<string | string[]>; bytes: Buffer }>((resolve, reject) => {
      httpGet(`${world.origin}/docs/scalar.js`, { headers }, async (answer) => {
        const bytes = Buffer.concat(await answer.toArray())
        resolve({ headers: answer.headers, bytes })
      }).on('error', reject)
    })
})
