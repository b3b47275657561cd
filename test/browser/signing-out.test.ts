import { randomUUID } from 'node:crypto'
import type { Browser, Page, Route } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser } from '../support/browser.ts'
import { openConsole } from '../support/console.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { signInAsMember } from '../support/member-console.ts'
import { startWorld, type World } from '../support/world.ts'

const REFRESH = '**/auth/v1/token?grant_type=refresh_token'
const expired: Parameters<Route['fulfill']>[0] = {
  status: 401,
  contentType: 'application/problem+json',
  body: JSON.stringify({ code: 'unauthorized', status: 401, detail: 'The token has expired' }),
}

describe('whoever signs out of the console', () => {
  let browser: Browser
  let world: World
  beforeAll(async () => {
    ;[browser, world] = await Promise.all([startBrowser(), startWorld()])
  })
  afterAll(async () => {
    await browser?.close()
    await stopWithCleanLogs(world)
  })

  /** A tab in which somebody has signed in, and what of Supabase Auth it was that ended. */
  async function aTab() {
    const tab = await openConsole(browser, world)
    const loggedOut: (string | undefined)[] = []
    tab.page.on('request', (request) => {
      if (/\/auth\/v1\/logout\?scope=local$/.test(request.url()) && request.method() === 'POST')
        loggedOut.push(request.headers().authorization)
    })
    const email = `${randomUUID()}@example.com`
    await signInAsMember(tab, email)
    await tab.page.getByRole('heading', { name: 'Welcome to Orgline' }).waitFor()
    return { ...tab, loggedOut }
  }

  const storedIn = (page: Page): Promise<{ token: string; email: string } | null> =>
    page.evaluate("JSON.parse(sessionStorage.getItem('orgline.session'))")
  const signOut = async (page: Page) => {
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
  }
  /** Asks as the page does; what comes of it is left in the page. */
  const ask = (page: Page) =>
    page.evaluate(`(async () => {
      const { src } = document.querySelector('script[src$="main.js"]')
      const { get } = await import(src.replace('main.js', 'core/api.js'))
      window.late = get('/api/late').then(() => 'answered', ({ code }) => code)
    })()`)
  const outcomeIn = (page: Page) => page.evaluate('window.late')

  /** Requests to an address wait until they are let go on. */
  async function hold(page: Page, address: string, answer: (route: Route) => Promise<unknown>) {
    const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    await page.route(address, async (route) => {
      reached.resolve()
      await released.promise
      await answer(route)
    })
    return { reached: reached.promise, release: released.resolve }
  }

  test('ends that session at Supabase Auth, and no other', async () => {
    const { page, loggedOut, faults, close } = await aTab()
    const session = await storedIn(page)

    await signOut(page)

    await expect.poll(() => loggedOut).toEqual([`Bearer ${session?.token}`])
    expect(await storedIn(page)).toBeNull()
    expect(faults).toEqual([])
    await close()
  })

  test('while the token is renewed, stays signed out', async () => {
    const { page, loggedOut, close } = await aTab()
    await page.route('**/api/late', (route) => route.fulfill(expired))
    const renewal = await hold(page, REFRESH, (route) => route.continue())
    await ask(page)
    await renewal.reached

    await signOut(page)
    renewal.release()
    const outcome = await outcomeIn(page)

    expect(outcome).toBe('unauthorized')
    expect(await storedIn(page)).toBeNull()
    await expect.poll(() => new Set(loggedOut).size).toBe(2)
    await close()
  })

  test('before a late refusal comes, does not end the session of who signs in next', async () => {
    const { page, close } = await aTab()
    const late = await hold(page, '**/api/late', (route) => route.fulfill(expired))
    await ask(page)
    await late.reached
    await signOut(page)
    const next = `${randomUUID()}@example.com`
    // Not by its address, which would load the page anew.
    await page.getByLabel('E-mail').fill(next)
    await page.getByLabel('Password').fill('any password')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('heading', { name: 'Welcome to Orgline' }).waitFor()

    late.release()
    const outcome = await outcomeIn(page)

    expect(outcome).toBe('unauthorized')
    expect(await storedIn(page)).toMatchObject({ email: next })
    await close()
  })
})
