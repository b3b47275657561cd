import { randomUUID } from 'node:crypto'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser } from '../support/browser.ts'
import { type Console, openConsole, untilRead } from '../support/console.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { mailsTo, sendMails } from '../support/mails.ts'
import { signInAsMember } from '../support/member-console.ts'
import { ADMIN, aUser, control, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const CUSTOMER = '+16045558106'

/** What only admins are offered. */
const OF_ADMINS =
  /^(Add a number|Give up|Restore|Save|Invite somebody|Make a key|Revoke|Add an endpoint|Remove|Suspend)$/

describe('the console of a member who is no admin', () => {
  let browser: Browser
  let world: World
  let tab: Console
  let page: Page
  let id: string
  let number: string
  beforeAll(async () => {
    ;[browser, world] = await Promise.all([startBrowser(), startWorld({ hasMail: true })])
    const { organization } = await signUp(world)
    ;[id, number] = [organization.id, organization.phoneNumber]
    const member = await aUser(world)
    await request(world.origin, 'POST', `/api/organizations/${id}/members`, {
      token: ADMIN,
      body: { userId: member.id, role: 'member' },
    })
    await control(world, 'POST', 'sms', { from: CUSTOMER, to: number, body: 'Are you open?' })
    tab = await openConsole(browser, world)
    page = tab.page
    await signInAsMember(tab, member.email)
    await page.getByRole('heading', { name: 'Line' }).waitFor()
  })
  afterAll(async () => {
    expect(tab?.faults).toEqual([])
    await browser?.close()
    await stopWithCleanLogs(world)
  })

  const open = async (screen: string) => {
    await tab.goto(`/organizations/${id}/${screen}`)
    await untilRead(page)
  }

  test.each([
    'line',
    'line/NUMBER',
    'conversations',
    'costs',
    'settings/hours',
    'settings/calls',
    'settings/words',
    'settings/texts',
    'settings/general',
  ])('%s, opened, offers nothing that only admins do', async (screen) => {
    await open(screen.replace('NUMBER', encodeURIComponent(number)))

    expect(await page.getByRole('button', { name: OF_ADMINS }).count()).toBe(0)
    const fields = page.locator('form.part').locator('input, select, textarea')
    for (const field of await fields.all()) expect(await field.isDisabled()).toBe(true)
  })

  test.each(['members', 'keys', 'webhooks'])(
    '%s, opened by its address, are for admins, and no way leads there',
    async (screen) => {
      await open(screen)

      await page.getByText('This is for admins').waitFor()
      expect(await page.locator(`nav a[href$="/${screen}"]`).count()).toBe(0)
    },
  )

  test('a customer, answered by the member, gets the text', async () => {
    await open('conversations')
    await page.getByRole('link', { name: /Are you open/ }).click()
    await page.getByLabel(/^Text to/).fill('Until six.')
    await page.getByRole('button', { name: 'Send', exact: true }).click()

    await page.locator('.entry.out', { hasText: 'Until six.' }).waitFor()
  })

  test('a colleague, invited by mail, opens its link, signs in, and is a member', async () => {
    const email = `${randomUUID()}@example.com`
    await request(world.origin, 'POST', `/api/organizations/${id}/members`, {
      token: ADMIN,
      body: { email, role: 'member' },
    })
    await sendMails(world)
    const [mail] = await mailsTo(world, email)
    const link = /http:\S+#\S+/.exec(mail?.text ?? '')?.[0] ?? ''
    const other = await openConsole(browser, world)

    await other.page.goto(link)
    await other.page.getByLabel('E-mail').fill(email)
    await other.page.getByLabel('Password').fill('any')
    await other.page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await other.page.getByRole('button', { name: 'Accept' }).dblclick()

    await other.page.getByRole('heading', { name: 'Line' }).waitFor()
    expect(other.page.url()).not.toContain('token')
    expect(other.faults).toEqual([])
    await other.close()
  })
})
