import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem } from '../support/problems.ts'
import { request } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

/** The parts of a Content-Security-Policy by their names. */
function policyOf(headers: Headers): Record<string, string> {
  const parts = (headers.get('content-security-policy') ?? '').split('; ')
  return Object.fromEntries(parts.map((part) => part.split(/ (.*)/s)))
}

/** What a page names in attributes of this name. */
const named = (html: string, attribute: string) =>
  [...html.matchAll(new RegExp(`${attribute}="([^"]+)"`, 'g'))].map(([, value = '']) => value)

describe('the console', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  const get = (path: string, headers: Record<string, string> = {}) =>
    request(world.origin, 'GET', path, { headers })

  test.each(['/console', '/console/', '/console/numbers/%2B16045550123', '/console/a/b/c?d=e'])(
    'its page, at %s, is the same at every address',
    async (path) => {
      const answer = await get(path)

      expect(answer).toMatchObject({ status: 200, body: (await get('/console')).body })
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(answer.headers.get('cache-control')).toBe('no-cache')
    },
  )

  test('the address of the server alone, opened, leads to its page, and nothing is sent there', async () => {
    const opened = await fetch(world.origin, { redirect: 'manual' })

    expect([opened.status, opened.headers.get('location')]).toEqual([302, '/console'])
    expectProblem(await request(world.origin, 'POST', '/'), 405, 'method_not_allowed')
  })

  test('its page, read again while nothing has changed, is not sent again', async () => {
    const etag = (await get('/console')).headers.get('etag') ?? ''

    expect(etag).toMatch(/^"[\w-]{43}"$/)
    expect(await get('/console/inbox', { 'if-none-match': etag })).toMatchObject({ status: 304 })
  })

  test('its policy, for a browser, lets nothing in but files of this server and nothing out but to it and the sign-in', async () => {
    const { headers } = await get('/console')

    const { 'script-src': scripts, ...rest } = policyOf(headers)
    expect(scripts).toMatch(/^'self' 'sha256-[\w+/]{43}='$/)
    expect(rest).toEqual({
      'default-src': "'none'",
      'style-src': "'self'",
      'img-src': "'self' blob:",
      'media-src': "'self' blob:",
      'connect-src': `'self' ${world.twins.origin}`,
      'base-uri': "'none'",
      'form-action': "'none'",
      'frame-ancestors': "'none'",
    })
  })

  test('its page, in all that it says, has no script of its own but the import map of the policy', async () => {
    const { body, headers } = await get('/console')
    const inline = [...String(body).matchAll(/<script(?![^>]*src=)([^>]*)>([^<]*)<\/script>/g)]

    expect(inline.map(([, attributes]) => attributes)).toEqual([' type="importmap"'])
    const hash = createHash('sha256')
      .update(inline[0]?.[2] ?? '')
      .digest('base64')
    expect(policyOf(headers)['script-src']).toContain(hash)
    expect(String(body)).not.toMatch(/ style=| on\w+=/)
  })

  test('its files, each that the page names, are there, and never change at their addresses', async () => {
    const { body } = await get('/console')
    const [, map = '{}'] = /importmap">([^<]*)</.exec(body) ?? []
    const libraries = Object.values<string>(JSON.parse(map).imports)
    const files = [...named(body, 'href'), ...named(body, 'src'), ...libraries]

    expect(files.length).toBeGreaterThan(20)
    expect(libraries).toHaveLength(5)
    for (const path of new Set(files)) {
      const { status, headers } = await get(path)
      expect([path, status]).toEqual([path, 200])
      expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
      expect(headers.get('content-type')).toMatch(/^(text\/javascript|text\/css|image\/svg)/)
    }
  })

  test('its files, asked for by a page of another version, are there and are not kept', async () => {
    const answer = await get('/console/assets/former/main.js')

    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('no-cache')
    const etag = answer.headers.get('etag') ?? ''
    const again = await get('/console/assets/former/main.js', { 'if-none-match': etag })
    expect(again.status).toBe(304)
  })

  test.each([
    '/console/assets',
    '/console/assets/former/none.js',
    '/console/assets/former/index.html',
    '/console/assets/former/tsconfig.json',
    '/console/assets/former/..%2Fconsole.ts',
    '/console/assets/former/%2e%2e/%2e%2e/%2e%2e/package.json',
    '/consoles',
  ])('%s, which is no file of the page, is a 404', async (path) => {
    expectProblem(await get(path), 404, 'not_found')
  })

  test('its page, asked for in another way than by reading, is refused', async () => {
    const answer = await request(world.origin, 'POST', '/console', { body: {} })

    expectProblem(answer, 405, 'method_not_allowed')
    expect(answer.headers.get('allow')).toBe('GET, HEAD')
  })

  test('its page, without a publishable key, names no service to sign in at', async () => {
    const own = await startWorld({ settings: { SUPABASE_PUBLISHABLE_KEY: '' } })
    const { body, headers } = await request(own.origin, 'GET', '/console')

    expect(body).not.toContain('name="sign-in"')
    expect(policyOf(headers)['connect-src']).toBe("'self'")
    await stopWithCleanLogs(own)
  })
})
