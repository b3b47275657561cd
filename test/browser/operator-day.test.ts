import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser } from '../support/browser.ts'
import {
  type Console,
  openConsole,
  shown,
  signInAsOperator,
  untilRead,
} from '../support/console.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { buyAtTwilio, importInDashboard, numberOf } from '../support/manual.ts'
import {
  ADMIN,
  atCarriers,
  fault,
  notifications,
  request,
  runOrders,
  signUp,
} from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('the console of an operator', () => {
  let browser: Browser
  let world: World
  let tab: Console
  beforeAll(async () => {
    ;[browser, world] = await Promise.all([
      startBrowser(),
      startWorld({ settings: { ORDER_MAX_ATTEMPTS: '1' } }),
    ])
    tab = await openConsole(browser, world)
    await signInAsOperator(tab)
    await tab.page.getByRole('heading', { name: 'Inbox' }).waitFor()
  })
  afterAll(async () => {
    expect(tab?.faults).toEqual([])
    await browser?.close()
    await stopWithCleanLogs(world)
  })

  const toast = (text: string | RegExp) => tab.page.locator('.toast', { hasText: text }).waitFor()
  const dialog = () => tab.page.getByRole('dialog')

  describe('while numbers are imported manually', () => {
    beforeAll(() => world.restart({ ELEVENLABS_IMPORT: 'manual' }))
    afterAll(() => world.restart({}))

    test('a number to import, with the id of another and then its own, is activated in the inbox', async () => {
      const { page, goto } = tab
      const [one, other] = [await signUp(world), await signUp(world)]
      const number = one.organization.phoneNumber
      const id = await importInDashboard(world, number)
      const idOfOther = await importInDashboard(world, other.organization.phoneNumber)
      await goto('/inbox')
      await page.getByRole('button', { name: `Copy the number ${number}` }).click()
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe(number)
      const field = page.getByLabel(`ElevenLabs id of ${shown(number)}`)
      const activate = page.locator('form', { has: field }).getByRole('button')

      await field.fill(idOfOther)
      await activate.click()
      await page.locator('form', { has: field }).locator('.field-error').waitFor()
      await field.fill(id)
      await activate.click()
      await toast(`${shown(number)} is active`)

      await expect.poll(() => field.count()).toBe(0)
      const open = await notifications(world, '?status=pending')
      expect(open.map(({ phone_number }) => phone_number)).not.toContain(number)
    })

    test('numbers to import, pasted with their ids, are activated at once, each with its result', async () => {
      const { page, goto } = tab
      const [one, other] = [await signUp(world), await signUp(world)]
      const numbers = [one.organization.phoneNumber, other.organization.phoneNumber]
      const id = await importInDashboard(world, numbers[0])
      await goto('/inbox')
      await page.getByRole('button', { name: 'Paste many ids' }).click()

      await dialog().getByRole('textbox').fill('nothing of use')
      await dialog().getByRole('button', { name: 'Activate' }).click()
      await dialog().getByText('No line has a number and an id').waitFor()
      await dialog()
        .getByRole('textbox')
        .fill(`number\tid\n${numbers[0]}\t${id}\n${numbers[1]}, phnum_of_nobody`)
      await dialog().getByRole('button', { name: 'Activate' }).click()

      const results = dialog().getByRole('listitem')
      await results
        .filter({ hasText: shown(numbers[0]) })
        .getByText('Activated')
        .waitFor()
      await results
        .filter({ hasText: shown(numbers[1]) })
        .getByText('Failed')
        .waitFor()
    })
  })

  test('numbers for the pool, bought by a double click, are bought once, with their progress', async () => {
    const { page, goto } = tab
    const before = (await atCarriers(world)).twilio.numbers.length
    await goto('/pool')
    await page.getByRole('button', { name: 'Buy numbers' }).first().click()
    await dialog().getByLabel('Area code', { exact: true }).fill('911')
    await dialog().getByLabel('How many').fill('2')
    await dialog().getByRole('button', { name: 'Buy 2 numbers' }).click()
    await dialog().locator('.field-error').waitFor()

    await dialog().getByLabel('Area code', { exact: true }).fill('604')
    await dialog().getByRole('button', { name: 'Buy 2 numbers' }).dblclick()
    await dialog().getByText('2 numbers of 2 bought').waitFor()

    expect((await atCarriers(world)).twilio.numbers.length - before).toBe(2)
    await dialog().getByRole('button', { name: 'Close' }).last().click()
  })

  test('a number, entered, assigned, given up and restored, tells who held it', async () => {
    const { page, goto } = tab
    const { organization } = await signUp(world, { provisionPhone: false })
    const { phoneNumber } = await buyAtTwilio(world)
    const id = await importInDashboard(world, phoneNumber)
    await goto('/numbers')
    await page.getByRole('button', { name: 'Enter a number' }).click()
    await dialog().getByLabel('Number', { exact: true }).fill('+16045559998')
    await dialog().getByRole('button', { name: 'Enter' }).click()
    await dialog().locator('.failed, .field-error').waitFor()
    await dialog().getByLabel('Number', { exact: true }).fill(phoneNumber)
    await dialog().getByLabel('ElevenLabs id').fill(id)
    await dialog().getByRole('button', { name: 'Enter' }).click()
    await page.getByRole('heading', { name: shown(phoneNumber) }).waitFor()

    await page.getByRole('button', { name: 'Assign' }).click()
    await dialog().getByLabel('To which organization').fill(organization.name)
    await dialog().getByText(`Chosen: ${organization.name}`).waitFor()
    await dialog().getByRole('button', { name: 'Assign' }).click()
    await toast(`${shown(phoneNumber)} is assigned`)
    expect(await numberOf(world, organization.id)).toBe(phoneNumber)
    await page.getByRole('button', { name: 'Give up' }).click()
    await dialog().getByText(organization.name).waitFor()
    await dialog().getByRole('button', { name: 'Give it up' }).dblclick()
    await toast('is in quarantine')
    await page.getByRole('button', { name: 'Restore' }).click()
    await dialog().getByRole('button', { name: 'Restore' }).click()
    await toast('is restored')

    await expect.poll(() => page.locator('.timeline').first().getByRole('listitem').count()).toBe(2)
    expect(await numberOf(world, organization.id)).toBe(phoneNumber)
  })

  test('numbers, looked for by area code and state, are found, and the address keeps what was asked', async () => {
    const { page, goto } = tab
    const { organization } = await signUp(world, { preferredAreaCode: '212' })
    await goto('/numbers')
    await untilRead(page)

    await page.getByLabel('Number or area code').fill('212')
    await page.getByLabel('Status').selectOption('assigned')

    const rows = page.getByRole('row').filter({ hasText: '+1' })
    await expect.poll(() => rows.allTextContents()).toHaveLength(1)
    expect(await rows.first().textContent()).toContain(shown(organization.phoneNumber))
    await page.reload()
    await expect.poll(() => rows.count()).toBe(1)
    await rows.getByRole('link').first().click()
    await page.getByRole('heading', { name: shown(organization.phoneNumber) }).waitFor()
    await page.goBack()
    await expect.poll(() => page.getByLabel('Number or area code').inputValue()).toBe('212')
  })

  test('an order, that a carrier stopped, says why, and goes on when it is told to', async () => {
    const { page, goto } = tab
    const { organization } = await signUp(world, { provisionPhone: false })
    await fault(world, 'twilio', 'incomingPhoneNumbers.create', 'error', { times: 1, status: 400 })
    // It buys, also where the pool has one.
    const path = `/api/admin/organizations/${organization.id}/phone-numbers/purchase`
    await request(world.origin, 'POST', path, {
      token: ADMIN,
      body: { areaCode: '604' },
    })
    await runOrders(world)
    await goto('/orders?status=needs_attention')
    const row = page.getByRole('row').filter({ hasText: organization.name })
    await row.getByText('Needs attention').waitFor()

    await row.getByRole('button', { name: 'Try again' }).click()
    await dialog().getByRole('button', { name: 'Try again' }).click()
    await toast('The order goes on')
    await runOrders(world)

    await expect.poll(() => row.count()).toBe(0)
    expect(await numberOf(world, organization.id)).toMatch(/^\+1604/)
  })

  test('an organization, changed by somebody meanwhile, is not suspended before that was seen', async () => {
    const { page, goto } = tab
    const { organization } = await signUp(world)
    const path = `/api/organizations/${organization.id}`
    await goto('/organizations')
    await page.getByLabel('Search').fill(organization.name)
    await page.getByRole('link', { name: organization.name }).click()
    await page.getByRole('button', { name: 'Suspend' }).click()
    const name = `Renamed ${randomUUID().slice(0, 8)}`
    await request(world.origin, 'PATCH', path, { token: ADMIN, body: { name } })
    const status = async () =>
      (await request(world.origin, 'GET', path, { token: ADMIN })).body.organization.status

    await dialog().getByRole('button', { name: 'Suspend' }).click()
    await dialog().getByText(`its name is “${name}” now`).waitFor()
    expect(await status()).toBe('active')
    await dialog().getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('heading', { name }).waitFor()
    await page.getByRole('button', { name: 'Suspend' }).click()
    await dialog().getByRole('button', { name: 'Suspend' }).click()
    await toast(`${name} is suspended`)

    expect(await status()).toBe('suspended')
    await page.getByRole('button', { name: 'Resume' }).waitFor()
  })

  test('a text, that failed, stands first, with its reason and why it went where it went', async () => {
    const { page, goto } = tab
    const { organization, token } = await signUp(world)
    await fault(world, 'twilio', 'messages.create', 'error', { times: 1, status: 400 })
    await request(world.origin, 'POST', `/api/organizations/${organization.id}/messages`, {
      token,
      body: { to: '+16045550177', body: 'Hello' },
    })
    await goto('/activity')
    const row = page.getByRole('row').filter({ hasText: organization.name })
    await row.getByText('Failed').first().waitFor()

    await row.getByRole('link', { name: 'Explain' }).click()

    await page.getByRole('heading', { name: 'What becomes of a text?' }).waitFor()
    await page.getByRole('link', { name: organization.name }).waitFor()
  })

  test('the costs, of this month and one before, are drawn, chosen, and kept as CSV', async () => {
    const { page, goto } = tab
    const { organization } = await signUp(world)
    await goto('/costs')
    await expect.poll(() => page.locator('.figure-value').first().textContent()).toMatch(/\$/)
    const chart = page.getByRole('figure', { name: 'What each month cost' })
    await chart
      .getByRole('button')
      .last()
      .locator('.chart-amount', { hasText: /\$[1-9]/ })
      .waitFor()

    const downloading = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download CSV' }).click()
    const csv = await readFile(await (await downloading).path(), 'utf8')
    await chart.getByRole('button').first().click()

    expect(csv).toContain(organization.name)
    expect(csv).toContain('(idle)')
    await expect.poll(() => page.url()).toMatch(/month=2\d{3}-\d\d$/)
    await page.getByText('Nothing was spent in this month').waitFor()
  })

  test('a carrier that refuses, and the loops, are shown under health with how often and since when', async () => {
    const { page, goto } = tab
    const { organization, token } = await signUp(world)
    await fault(world, 'twilio', 'messages.create', 'error', { times: 1, status: 400 })
    await request(world.origin, 'POST', `/api/organizations/${organization.id}/messages`, {
      token,
      body: { to: '+16045550178', body: 'Hello' },
    })
    await goto('/health')

    const requests = page.getByRole('table', { name: 'Requests to the carriers' })
    await requests
      .getByRole('row')
      .filter({ hasText: 'sendMessage' })
      .getByText(/\d rejected/)
      .waitFor()
    await page.getByRole('figure', { name: 'How long ElevenLabs took to answer' }).waitFor()
    await page.getByText(/^Release \d/).waitFor()
  })

  test('a comparison with the carriers, asked for, is shown', async () => {
    const { page, goto } = tab
    await signUp(world)
    await goto('/health')

    await page.getByRole('button', { name: 'Compare now' }).click()

    await toast(/^Compared \d+ numbers?$/)
    await page.getByText(/numbers? compared/).waitFor()
  })
})
