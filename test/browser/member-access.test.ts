import { randomUUID } from 'node:crypto'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser } from '../support/browser.ts'
import { type Console, faultsOnScreens, openConsole, VIEWPORTS } from '../support/console.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { screensOfMembers, signInAsMember } from '../support/member-console.ts'
import { aUser, control, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const CUSTOMER = '+16045558102'

describe('the console of members', () => {
  let browser: Browser
  let world: World
  let email: string
  let id: string
  let screens: string[]
  beforeAll(async () => {
    ;[browser, world] = await Promise.all([startBrowser(), startWorld()])
    const owner = await aUser(world)
    const { organization } = await signUp(world, {}, owner.token)
    const call = (method: string, path: string, body?: unknown) =>
      request(world.origin, method, `/api/organizations/${organization.id}${path}`, {
        token: owner.token,
        ...(body !== undefined && { body }),
      })
    const customer = { from: CUSTOMER, to: organization.phoneNumber }
    await control(world, 'POST', 'calls', { ...customer, says: ['Is it still there?'] })
    await control(world, 'POST', 'sms', { ...customer, body: 'Are you open?' })
    const business_hours = {
      time_zone: 'America/Vancouver',
      weekly: { monday: [{ opens: '09:00', closes: '17:00' }] },
      closed_dates: ['2031-12-25'],
    }
    await call('PATCH', '', { settings: { inbound_voice: 'server' } })
    await call('PATCH', '', {
      settings: { business_hours, routing: { closed: [{ to: 'voicemail' }] } },
    })
    await call('POST', '/members', { email: 'invited@example.com' })
    await call('POST', '/api-keys', { name: 'CRM', scopes: ['read'] })
    const url = 'https://crm.example.com/orgline'
    const { body } = await call('POST', '/webhook-endpoints', { url })
    await call('POST', `/webhook-endpoints/${body.webhookEndpoint.id}/test`)
    const [contact] = (await call('GET', '/contacts')).body.contacts
    ;[id, email] = [organization.id, owner.email]
    screens = screensOfMembers({
      id,
      number: organization.phoneNumber,
      contactId: contact.id,
      endpointId: body.webhookEndpoint.id,
    })
  })
  afterAll(async () => {
    await browser?.close()
    await stopWithCleanLogs(world)
  })

  test('a wrong password, entered, is told of in the words of the sign-in, and the right one lets in', async () => {
    const tab = await openConsole(browser, world)
    const { page } = tab
    await page.route('**/auth/v1/token*', (route) =>
      route.fulfill({
        status: 400,
        headers: { 'access-control-allow-origin': '*' },
        json: { code: 400, error_code: 'invalid_credentials', msg: 'Invalid login credentials' },
      }),
    )
    await signInAsMember(tab, email)
    await page.getByRole('alert').filter({ hasText: 'Invalid login credentials' }).waitFor()
    await page.unroute('**/auth/v1/token*')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()

    await page.getByRole('heading', { name: 'Line' }).waitFor()
    expect(tab.faults).toEqual([])
    await tab.close()
  })

  test('a user without an organization, signed in, signs one up and comes to its line', async () => {
    const tab = await openConsole(browser, world)
    const { page } = tab
    const name = `Motors ${randomUUID().slice(0, 8)}`
    await signInAsMember(tab, `${randomUUID()}@example.com`)
    await page.getByRole('heading', { name: 'Welcome to Orgline' }).waitFor()
    await page.getByRole('button', { name: 'Sign up', exact: true }).click()
    await page.locator('.field-error').first().waitFor()
    await page.getByLabel('Name', { exact: true }).fill(name)
    await page.getByLabel('Area code').fill('604')
    await page.getByRole('button', { name: 'Sign up', exact: true }).dblclick()

    await page.getByText('Calls are answered by your agent').waitFor()
    const rows = await world.sql('select 1 from organizations where name = $1', [name])
    expect(rows).toHaveLength(1)
    expect(tab.faults).toEqual([])
    await tab.close()
  })

  test('a member of two organizations, signed in, chooses one and comes back to choose the other', async () => {
    const tab = await openConsole(browser, world)
    const { page } = tab
    const user = await aUser(world)
    const names = [`One ${randomUUID().slice(0, 8)}`, `Two ${randomUUID().slice(0, 8)}`]
    for (const name of names) await signUp(world, { name, provisionPhone: false }, user.token)
    await signInAsMember(tab, user.email)
    await page.getByRole('heading', { name: 'Choose an organization' }).waitFor()

    for (const name of names) {
      await page.getByRole('link', { name, exact: true }).click()
      await page.locator('.subtitle', { hasText: name }).waitFor()
      await page.getByRole('link', { name: 'Organizations' }).click()
      await page.getByRole('table', { name: 'Organizations' }).waitFor()
    }
    await tab.close()
  })

  test('an organization of others, opened by its address, shows nothing of it', async () => {
    const tab = await openConsole(browser, world)
    await signInAsMember(tab, `${randomUUID()}@example.com`)
    await tab.page.getByRole('heading', { name: 'Welcome to Orgline' }).waitFor()

    await tab.goto(`/organizations/${id}/conversations`)

    await tab.page.getByText('You are no member of this organization').waitFor()
    expect(await tab.page.content()).not.toContain('Are you open?')
    await tab.close()
  })

  test('a server that is away, asked by a member, is told of, and what it has is shown once it is back', async () => {
    const tab = await openConsole(browser, world)
    const { page } = tab
    await signInAsMember(tab, email)
    await page.getByRole('heading', { name: 'Line' }).waitFor()
    const banner = page.locator('.banner')

    await world.whileAway(async () => {
      await page.getByRole('link', { name: 'Conversations' }).click()
      await banner.waitFor()
    })

    await page.getByRole('link', { name: /Are you open/ }).waitFor()
    await expect.poll(() => banner.count()).toBe(0)
    await tab.close()
  })

  test('a server with too much to do, asked, is asked again when it says, and nobody sees a failure', async () => {
    const tab = await openConsole(browser, world)
    const { page } = tab
    await signInAsMember(tab, email)
    await page.getByRole('heading', { name: 'Line' }).waitFor()
    const refused: string[] = []
    await page.route('**/usage?*', (route) => {
      const url = route.request().url()
      if (refused.length > 0) return route.continue()
      refused.push(url)
      return route.fulfill({
        status: 503,
        headers: { 'retry-after': '1' },
        json: { status: 503, code: 'busy', detail: 'Send fewer at once' },
      })
    })

    await page.getByRole('link', { name: 'Costs' }).click()

    await page.getByRole('table', { name: 'Costs of the month' }).waitFor()
    expect(refused).toHaveLength(1)
    expect(await page.locator('.failed').count()).toBe(0)
    expect(tab.faults).toEqual([])
    await tab.close()
  })

  test.each(VIEWPORTS)(
    'every screen, %s and %i px wide, keeps nobody out, is no wider, and has no fault of its own',
    async (...viewport) => {
      const signIn = async (tab: Console) => {
        await signInAsMember(tab, email)
        await tab.page.getByRole('heading', { name: 'Line' }).waitFor()
        return []
      }

      expect(await faultsOnScreens(browser, world, viewport, screens, signIn)).toEqual([])
    },
  )
})
