import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser } from '../support/browser.ts'
import { type Console, openConsole, shown } from '../support/console.ts'
import { OPEN } from '../support/hours.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { signInAsMember } from '../support/member-console.ts'
import { atCarriers, aUser, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('a member’s numbers in the console', () => {
  let browser: Browser
  let world: World
  let tab: Console
  let page: Page
  let id: string
  let number: string
  let token: string
  beforeAll(async () => {
    ;[browser, world] = await Promise.all([startBrowser(), startWorld()])
    const owner = await aUser(world)
    const { organization } = await signUp(world, {}, owner.token)
    ;[id, number, token] = [organization.id, organization.phoneNumber, owner.token]
    await request(world.origin, 'PATCH', `/api/organizations/${id}`, {
      token,
      body: { settings: { inbound_voice: 'server' } },
    })
    tab = await openConsole(browser, world)
    page = tab.page
    await signInAsMember(tab, owner.email)
    await page.getByRole('heading', { name: 'Line' }).waitFor()
  })
  afterAll(async () => {
    expect(tab?.faults).toEqual([])
    await browser?.close()
    await stopWithCleanLogs(world)
  })

  const toast = (text: string | RegExp) =>
    page.locator('.toast', { hasText: text }).last().waitFor()
  const dialog = () => page.getByRole('dialog')
  const part = (title: string) => page.getByRole('form', { name: title })
  const openNumber = async () => {
    await tab.goto(`/organizations/${id}/line`)
    await page.getByRole('link', { name: shown(number) }).click()
    await page.getByRole('heading', { name: shown(number) }).waitFor()
  }
  const held = async () => {
    const path = `/api/organizations/${id}/phone-numbers`
    return (await request(world.origin, 'GET', path, { token })).body.phoneNumbers
  }
  const settings = async () =>
    (await held()).find((row: { phone_number: string }) => row.phone_number === number).settings
  const patch = (changes: object) =>
    request(world.origin, 'PATCH', `/api/organizations/${id}/phone-numbers/${number}`, {
      token,
      body: { settings: changes },
    })

  test('a number, given hours and steps of its own, keeps them, and is as its organization again without them', async () => {
    await openNumber()
    const hours = part('Business hours')
    await hours.getByLabel('This number has hours of its own').check()
    await hours.getByLabel('Monday closes').fill('08:00')
    await hours.getByRole('button', { name: 'Save' }).click()
    await hours
      .locator('.day-row', { hasText: 'Monday' })
      .getByText('must close after it opens')
      .waitFor()
    await hours.getByLabel('Monday closes').fill('12:00')
    await hours.getByRole('button', { name: 'Save' }).dblclick()
    await toast('Saved')
    expect((await settings()).business_hours.weekly.monday).toEqual([
      { opens: '09:00', closes: '12:00' },
    ])

    const calls = part('Who answers calls')
    await calls.getByLabel('Calls to this number go a way of their own').check()
    await calls
      .getByRole('group', { name: 'While you are closed' })
      .getByLabel('First')
      .selectOption('voicemail')
    await calls.getByRole('button', { name: 'Save' }).click()
    await expect
      .poll(async () => (await settings()).routing)
      .toEqual({ open: [{ to: 'agent' }], closed: [{ to: 'voicemail' }] })

    await calls.getByLabel('Calls to this number go a way of their own').uncheck()
    await calls.getByRole('button', { name: 'Save' }).click()
    await expect.poll(async () => (await settings()).routing).toBeUndefined()
    await hours.getByLabel('This number has hours of its own').uncheck()
    await hours.getByRole('button', { name: 'Save' }).click()
    await expect.poll(settings).toEqual({})
  })

  test('a step to a number that is never called, saved, is refused beside it, and what was set stays', async () => {
    await openNumber()
    const calls = part('Who answers calls')
    await calls.getByLabel('Calls to this number go a way of their own').check()
    await calls.getByLabel('First').selectOption('forward')
    await calls.getByLabel('Number', { exact: true }).fill('12')
    await calls.getByRole('button', { name: 'Save' }).click()
    await calls.locator('.field-error').waitFor()
    await calls.getByLabel('Number', { exact: true }).fill(number)
    await calls.getByRole('button', { name: 'Save' }).click()

    await calls.locator('.field-error', { hasText: /own|itself|number/ }).waitFor()
    expect(await settings()).toEqual({})
  })

  test('a screen of a number, opened before somebody else changed it, overwrites nothing and shows what is there now', async () => {
    await openNumber()
    const hours = part('Business hours')
    await hours.getByLabel('This number has hours of its own').check()
    await patch({ business_hours: OPEN })

    await hours.getByRole('button', { name: 'Save' }).click()

    await hours.getByText('Somebody else has changed this').waitFor()
    await hours.locator('.conflict').getByText('New York').waitFor()
    expect((await settings()).business_hours).toEqual(OPEN)
    await hours.getByRole('button', { name: 'Save mine over it' }).click()
    await toast('Saved')
    await expect
      .poll(async () => (await settings()).business_hours.weekly.monday)
      .toEqual([{ opens: '09:00', closes: '17:00' }])
    await patch({ business_hours: null })
  })

  test('a number, added by a double click after an area code that nobody has, is one more, given up and restored', async () => {
    await tab.goto(`/organizations/${id}/line`)
    await page.getByRole('button', { name: 'Add a number' }).click()
    await dialog().getByLabel('Area code').fill('911')
    await dialog().getByRole('button', { name: 'Add it' }).click()
    await dialog().locator('.field-error').waitFor()
    expect(await dialog().getByLabel('Area code').getAttribute('aria-invalid')).toBe('true')
    const bought = (await atCarriers(world)).twilio.numbers.length
    await dialog().getByLabel('Area code').fill('778')
    await dialog().getByRole('button', { name: 'Add it' }).dblclick()
    await toast('is yours')

    expect((await atCarriers(world)).twilio.numbers.length - bought).toBe(1)
    const second = (await held()).find(
      (row: { phone_number: string }) => row.phone_number !== number,
    ).phone_number
    const row = page.getByRole('row').filter({ hasText: shown(second) })
    await row.getByRole('button', { name: 'Give up' }).click()
    await dialog().getByRole('button', { name: 'Give it up' }).dblclick()
    await toast(`${shown(second)} is given up`)
    await row.getByText('Given up').waitFor()
    await row.getByRole('link').click()
    await page.getByText('It keeps its settings while it can be restored').waitFor()
    await page.getByRole('button', { name: 'Restore' }).click()
    await dialog().getByRole('button', { name: 'Restore it' }).click()
    await toast(`${shown(second)} is yours again`)

    await page.getByRole('button', { name: 'Give up' }).waitFor()
    const [again] = (await held()).filter(
      (each: { phone_number: string }) => each.phone_number === second,
    )
    expect(again).toMatchObject({ status: 'assigned', is_active: true })
  })

  test('a number of somebody else, opened by its address, is not shown', async () => {
    const { organization } = await signUp(world)

    await tab.goto(`/organizations/${id}/line/${encodeURIComponent(organization.phoneNumber)}`)

    await page.getByText('This number is not yours').waitFor()
    expect(await page.getByRole('button', { name: 'Give up' }).count()).toBe(0)
  })
})
