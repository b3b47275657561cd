import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { servePage, startBrowser } from '../support/browser.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { aUser, request } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const FILE = new URL('page/index.html', import.meta.url)

type Page = Awaited<ReturnType<typeof servePage>>

describe('a page of another origin, in a browser', () => {
  let browser: Browser
  let listed: Page
  let unlisted: Page
  let world: World
  beforeAll(async () => {
    ;[browser, listed, unlisted] = await Promise.all([
      startBrowser(),
      servePage(FILE),
      servePage(FILE),
    ])
    world = await startWorld({ settings: { CORS_ORIGINS: listed.origin } })
  })
  afterAll(async () => {
    await browser?.close()
    listed?.close()
    unlisted?.close()
    await stopWithCleanLogs(world)
  })

  /** The page with a signed-in user, as an application would open it. */
  async function open(origin: string, token: string) {
    const page = await browser.newPage()
    await page.goto(`${origin}/?${new URLSearchParams({ api: world.origin, token })}`)
    const output = page.locator('output')
    const shows = (pattern: RegExp) => output.filter({ hasText: pattern }).waitFor()
    return { page, output, shows }
  }

  async function signUp(page: Awaited<ReturnType<typeof open>>['page'], name: string) {
    await page.getByPlaceholder('Name').fill(name)
    await page.getByPlaceholder('E-mail').fill('owner@example.com')
    await page.getByRole('button', { name: 'Sign up' }).click()
  }

  test('a page, of a listed origin, signs up, is loaded again, and finds its organization and its number', async () => {
    const { token } = await aUser(world)
    const { page, output, shows } = await open(listed.origin, token)
    await shows(/^no organization yet$/)

    await signUp(page, 'Browser Motors')
    await shows(/^signed up Browser Motors with \+1604\d{7}$/)
    const [number] = /\+1604\d{7}/.exec((await output.textContent()) ?? '') ?? []
    await page.reload()
    await shows(/^Browser Motors has /)

    expect(await output.textContent()).toBe(`Browser Motors has ${number}`)
    await page.close()
  })

  test('a page, of an origin that is not listed, is kept out and signs up nobody', async () => {
    const { token } = await aUser(world)
    const { page, shows } = await open(unlisted.origin, token)
    await shows(/^kept out: TypeError$/)

    const refused = page.waitForEvent('requestfailed')
    await signUp(page, 'Intruding Motors')
    await refused

    const { body } = await request(world.origin, 'GET', '/api/me', { token })
    expect(body.organizations).toEqual([])
    await page.close()
  })
})
