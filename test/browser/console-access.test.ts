import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser } from '../support/browser.ts'
import {
  barriersOf,
  type Console,
  faultsOnScreens,
  openConsole,
  signInAsOperator,
  VIEWPORTS,
} from '../support/console.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { ADMIN, control, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const inbox = { name: 'Inbox' }

describe('the console', () => {
  let browser: Browser
  let world: World
  let screens: string[]
  beforeAll(async () => {
    ;[browser, world] = await Promise.all([startBrowser(), startWorld()])
    const { organization } = await signUp(world)
    const number = encodeURIComponent(organization.phoneNumber)
    await control(world, 'POST', 'sms', {
      from: '+16045550123',
      to: organization.phoneNumber,
      body: 'Is the blue one still there?',
    })
    await request(world.origin, 'POST', '/api/admin/reconcile', {
      token: ADMIN,
      body: { mode: 'dry-run' },
    })
    await world.context.phoneNumbers.replenishPool(new AbortController().signal, {})
    const ofOrganization = ['', '/members', '/agents', '/traffic', '/usage']
    screens = [
      '/inbox',
      '/inbox?show=done',
      '/symptoms',
      '/numbers',
      '/numbers?number=999',
      `/numbers/${number}`,
      '/numbers/+16045559998',
      '/pool',
      '/orders',
      '/organizations',
      ...ofOrganization.map((part) => `/organizations/${organization.id}${part}`),
      '/activity',
      '/activity?show=all',
      `/activity/explain?to=${number}`,
      '/costs',
      '/health',
      '/nowhere',
    ]
  })
  afterAll(async () => {
    await browser?.close()
    await stopWithCleanLogs(world)
  })

  test('a key that nobody has, entered, is refused beside its field, and the right one is in no address and no store but the tab’s', async () => {
    const tab = await openConsole(browser, world)
    const { page } = tab

    await signInAsOperator(tab, 'no-key-of-anybody')
    await page.locator('.field-error', { hasText: 'No operator has this key' }).waitFor()
    expect(await page.getByLabel('Admin key').getAttribute('aria-invalid')).toBe('true')
    await signInAsOperator(tab, ADMIN, '/pool?kept=1')
    await page.getByRole('heading', { name: 'Pool' }).waitFor()

    expect(page.url()).toBe(`${world.origin}/console/pool?kept=1`)
    const kept = await page.evaluate(
      '[JSON.stringify(localStorage), document.cookie, sessionStorage.getItem("orgline.session")]',
    )
    expect(kept).toEqual(['{}', '', JSON.stringify({ kind: 'operator', token: ADMIN })])
    expect(tab.faults).toEqual([])
    await tab.close()
  })

  test('a key that was revoked, used on, leads back to the sign-in with the reason', async () => {
    const own = await startWorld()
    const tab = await openConsole(browser, own)
    const { page } = tab
    await signInAsOperator(tab)
    await page.getByRole('heading', inbox).waitFor()

    await own.restart({ ADMIN_API_KEYS: 'other:another-admin-key' })
    await page.reload()

    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(await page.getByRole('alert').textContent()).toMatch(/\w+/)
    expect(await page.evaluate(() => sessionStorage.getItem('orgline.session'))).toBeNull()
    expect(tab.faults).toEqual([])
    await tab.close()
    await stopWithCleanLogs(own)
  })

  test('a member, who signs in with e-mail and password, is in', async () => {
    const tab = await openConsole(browser, world)
    const { page } = tab
    await tab.goto('')

    await page.getByLabel('E-mail').fill('member@example.com')
    await page.getByLabel('Password').fill('any')
    await page.getByRole('button', { name: 'Sign in' }).click()

    await page.getByRole('button', { name: 'Sign out' }).waitFor()
    expect(await page.evaluate(() => localStorage.length)).toBe(0)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(tab.faults).toEqual([])
    await tab.close()
  })

  test('a member’s token, about to expire, is renewed before it is sent, and the sign-in follows only where it cannot be', async () => {
    const tab = await openConsole(browser, world)
    const { page } = tab
    await tab.goto('')
    await page.getByLabel('E-mail').fill('member@example.com')
    await page.getByLabel('Password').fill('any')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
    const kept = async () =>
      JSON.parse(String(await page.evaluate('sessionStorage.getItem("orgline.session")')))
    const whoAmI = () =>
      page.evaluate(
        `import(document.querySelector('link[href$="core/api.js"]').href)
          .then(({ get }) => get('/api/me')).then(({ user }) => user.email, ({ message }) => message)`,
      )
    const change = async (changes: object) => {
      const session = JSON.stringify({ ...(await kept()), ...changes })
      await page.evaluate(`sessionStorage.setItem('orgline.session', ${JSON.stringify(session)})`)
      await page.reload()
    }
    const { token } = await kept()

    await change({ expiresAt: 0 })
    expect(await whoAmI()).toBe('member@example.com')
    expect((await kept()).token).not.toBe(token)
    await change({ expiresAt: 0, refreshToken: 'of nobody' })
    await whoAmI()

    await page.getByText('Your session has ended').waitFor()
    expect(tab.faults).toEqual([])
    await tab.close()
  })

  test('a server that is away, asked, is told of in a banner, and what it has is shown once it is back', async () => {
    const tab = await openConsole(browser, world)
    const { page } = tab
    await signInAsOperator(tab)
    await page.getByRole('heading', inbox).waitFor()
    const banner = page.getByText('The server cannot be reached', { exact: false }).first()

    await world.whileAway(async () => {
      await page.getByRole('link', { name: 'Organizations' }).click()
      await banner.waitFor()
    })

    await page.getByRole('table', { name: 'Organizations' }).waitFor()
    await expect.poll(() => banner.count()).toBe(0)
    await tab.close()
  })

  test.each(VIEWPORTS)(
    'every screen, %s and %i px wide, keeps nobody out, is no wider, and has no fault of its own',
    async (...viewport) => {
      const signIn = async (tab: Console) => {
        await tab.goto('')
        const barriers = await barriersOf(tab.page)
        await signInAsOperator(tab)
        await tab.page.getByRole('heading', inbox).waitFor()
        return barriers
      }

      expect(await faultsOnScreens(browser, world, viewport, screens, signIn)).toEqual([])
    },
  )

  test('a person with a keyboard alone, in a dialog, stays in it, and comes back to where they were', async () => {
    const tab = await openConsole(browser, world)
    const { page } = tab
    await signInAsOperator(tab, ADMIN, '/numbers')
    const opener = page.getByRole('button', { name: 'Enter a number' })
    await opener.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()

    await page.keyboard.press('Escape')

    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
    await expect.poll(() => opener.evaluate((own) => own.matches(':focus'))).toBe(true)
    await tab.close()
  })
})
