import { randomUUID } from 'node:crypto'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser } from '../support/browser.ts'
import { type Console, openConsole } from '../support/console.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { signInAsMember } from '../support/member-console.ts'
import { aUser, control, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const CUSTOMER = '+16045558101'

/** What a browser has, and these types do not. */
interface Clipboard {
  clipboard: { readText(): Promise<string> }
}

describe('the console of a member', () => {
  let browser: Browser
  let world: World
  let tab: Console
  let page: Page
  /** Its organization, and whoever signed it up. */
  let id: string
  let number: string
  let token: string
  beforeAll(async () => {
    ;[browser, world] = await Promise.all([startBrowser(), startWorld()])
    const owner = await aUser(world)
    const { organization } = await signUp(world, {}, owner.token)
    ;[id, number, token] = [organization.id, organization.phoneNumber, owner.token]
    await request(world.origin, 'POST', `/api/organizations/${id}/contacts`, {
      token,
      body: { phoneNumber: CUSTOMER, name: 'Sarah Chen' },
    })
    await control(world, 'POST', 'calls', {
      from: CUSTOMER,
      to: number,
      says: ['Is the wagon still available?'],
    })
    await control(world, 'POST', 'sms', { from: CUSTOMER, to: number, body: 'What does it cost?' })
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
  const goto = (screen: string) => tab.goto(`/organizations/${id}/${screen}`)
  const api = async (path: string) =>
    (await request(world.origin, 'GET', `/api/organizations/${id}${path}`, { token })).body
  const settings = async () => (await api('')).organization.settings
  const patch = (body: unknown) =>
    request(world.origin, 'PATCH', `/api/organizations/${id}`, { token, body })

  test('a member of one organization, signed in, sees its line, what it lacks, and who does that', async () => {
    await page.getByText('Calls are answered by your agent').waitFor()

    const steps = page.locator('.line-steps li')
    await steps.filter({ hasText: 'Calls are answered: done' }).waitFor()
    await steps
      .filter({ hasText: 'Business hours: missing' })
      .getByText('You', { exact: true })
      .waitFor()
    await page.getByRole('table', { name: 'Numbers' }).getByText('Live').waitFor()
  })

  test('a customer, who called and texted, is read in one order, with the transcript and the recording', async () => {
    await page.getByRole('link', { name: 'Conversations' }).click()
    await page.getByRole('link', { name: /Sarah Chen.*What does it cost/ }).click()
    await page.getByRole('heading', { name: 'Sarah Chen' }).waitFor()

    const entries = page.locator('.entry')
    await entries.nth(1).waitFor()
    expect(await entries.evaluateAll((all) => all.map((one) => one.classList[1]))).toEqual([
      'call',
      'text',
    ])
    await page.getByRole('button', { name: 'What was said' }).click()
    await page
      .getByRole('list', { name: 'What was said' })
      .getByText('Is the wagon still')
      .waitFor()
    await page.getByRole('button', { name: 'Play recording' }).click()
    await page.locator('audio[src^="blob:"]').waitFor()
  })

  test('a text to a customer, sent by a double click, is sent once', async () => {
    await page.getByLabel('Text to Sarah Chen').fill('It is 18,900 dollars.')
    await page.getByRole('button', { name: 'Send', exact: true }).dblclick()

    await page.locator('.entry.out', { hasText: '18,900' }).waitFor()
    await expect.poll(() => page.getByLabel('Text to Sarah Chen').inputValue()).toBe('')
    const { messages } = await api('/messages?direction=outbound')
    expect(messages.map(({ body }: { body: string }) => body)).toEqual(['It is 18,900 dollars.'])
  })

  test('a text that comes while the conversation is read, appears by itself', async () => {
    await expect.poll(() => page.locator('.live.on').count()).toBeGreaterThan(0)
    await control(world, 'POST', 'sms', { from: CUSTOMER, to: number, body: 'That is fine' })
    await world.context.events.streams.tick(new AbortController().signal)

    await page.locator('.entry.in', { hasText: 'That is fine' }).waitFor()
  })

  test('a customer, taken over and handed back, is answered by whom the page says', async () => {
    await patch({ settings: { text_replies: 'agent' } })
    const [contact] = (await api('/contacts')).contacts
    const place = `/api/organizations/${id}/contacts/${contact.id}`
    await request(world.origin, 'PUT', place, { token, body: { replies: 'on' } })
    await page.reload()
    await page.getByText('The agent answers this customer’s texts').waitFor()
    const replies = async () => (await api('/contacts')).contacts[0].replies

    await page.getByLabel('Text to Sarah Chen').fill('Shall I reserve it?')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByText('You answer. The agent goes on at').waitFor()
    await page.getByRole('button', { name: 'Hand over to the agent' }).click()
    await page.getByText('The agent answers this customer’s texts').waitFor()
    expect(await replies()).toBe('on')
    await page.getByRole('button', { name: 'Take over' }).click()
    await page.getByText('The agent is silent until you hand over').waitFor()
    expect(await replies()).toBe('paused')
  })

  test('a customer, handed over while somebody else changes them, is left, and the page says so', async () => {
    const [{ id: contact }] = (await api('/contacts')).contacts
    const place = `/api/organizations/${id}/contacts/${contact}`
    await page.route(`**${place}`, async (route) => {
      if (route.request().method() === 'PUT')
        await request(world.origin, 'PUT', place, { token, body: { leadId: 'crm-9' } })
      await route.continue()
    })

    await page.getByRole('button', { name: 'Hand over to the agent' }).click()

    await page.getByText('This customer was changed meanwhile').waitFor()
    await page.unroute(`**${place}`)
    expect((await api('/contacts')).contacts[0]).toMatchObject({
      replies: 'paused',
      lead_id: 'crm-9',
    })
  })

  test('a text that is refused, sent, has the server’s words beside it and is kept', async () => {
    await control(world, 'POST', 'sms', { from: CUSTOMER, to: number, body: 'STOP' })
    await world.context.events.streams.tick(new AbortController().signal)
    await page.getByLabel('Text to Sarah Chen').fill('Are you there?')
    await page.getByRole('button', { name: 'Send', exact: true }).click()

    await page.locator('.reply .field-error').first().waitFor()
    expect(await page.getByLabel('Text to Sarah Chen').inputValue()).toBe('Are you there?')
    await page.getByText('This customer texted STOP').waitFor()
  })

  test('business hours, set with a day that closes before it opens, are refused beside that day, and kept once they are right', async () => {
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByLabel('We have business hours').check()
    await page.getByLabel('Time zone').selectOption('America/Vancouver')
    await page.getByLabel('Monday closes').fill('08:00')
    await page.getByRole('button', { name: 'Save' }).click()
    await page
      .locator('.day-row', { hasText: 'Monday' })
      .getByText('must close after it opens')
      .waitFor()

    await page.getByLabel('Monday closes').fill('12:00')
    await page.getByRole('button', { name: 'Add hours on Monday' }).click()
    await page.getByLabel('Monday opens (2)').fill('13:00')
    await page.getByLabel('Monday closes (2)').fill('23:59')
    await page.getByLabel('Another date').fill('2031-12-25')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByRole('button', { name: 'Save' }).dblclick()
    await toast('Saved')

    const { business_hours: hours } = await settings()
    expect(hours).toMatchObject({ time_zone: 'America/Vancouver', closed_dates: ['2031-12-25'] })
    expect(hours.weekly.monday).toEqual([
      { opens: '09:00', closes: '12:00' },
      { opens: '13:00', closes: '24:00' },
    ])
  })

  test('a stale screen, saved, overwrites nothing, and shows what was changed meanwhile', async () => {
    await goto('settings/words')
    const greeting = page.getByLabel('When a customer calls')
    await greeting.fill('Hello from the page')
    await patch({ settings: { greetings: { inbound: 'Hello from elsewhere' } } })
    await page.getByRole('button', { name: 'Save', exact: true }).click()

    const conflict = page.locator('.conflict')
    await conflict.getByText('Somebody else has changed this').waitFor()
    await conflict.getByText('Hello from elsewhere').waitFor()
    expect((await settings()).greetings).toEqual({ inbound: 'Hello from elsewhere' })
    await conflict.getByRole('button', { name: 'Save mine over it' }).click()
    await toast('Saved')
    expect((await settings()).greetings).toEqual({ inbound: 'Hello from the page' })
  })

  test('a screen whose own part nobody changed, saved, is kept beside what was changed elsewhere', async () => {
    await goto('settings/texts')
    await page.getByLabel('Missed-call text').fill('Sorry we missed you!')
    await patch({ settings: { recording_notice: 'This call is recorded.' } })
    await page
      .locator('form', { hasText: 'Missed calls' })
      .getByRole('button', { name: 'Save' })
      .click()
    await toast('Saved')

    expect(await settings()).toMatchObject({
      missed_call_text: 'Sorry we missed you!',
      recording_notice: 'This call is recorded.',
    })
  })

  test('a number to hand callers over to, that nobody can dial, is refused beside its field', async () => {
    await goto('settings/calls')
    const form = page.locator('form', { hasText: 'Callers who ask for a person' })
    await form.getByLabel('Hand over to').fill('911')
    await form.getByRole('button', { name: 'Save' }).click()

    await form.locator('.field-error').waitFor()
    expect(await form.getByLabel('Hand over to').getAttribute('aria-invalid')).toBe('true')
  })

  test('a colleague, invited by a link, signs in by it and is a member', async () => {
    const email = `${randomUUID()}@example.com`
    await goto('members')
    await page.getByRole('button', { name: 'Invite somebody' }).click()
    await dialog().getByLabel('E-mail').fill('nobody')
    await dialog().getByRole('button', { name: 'Invite' }).click()
    await dialog().locator('.field-error').waitFor()
    await dialog().getByLabel('E-mail').fill(email)
    await dialog().getByRole('button', { name: 'Invite' }).dblclick()
    const link = await dialog().locator('.secret code').textContent()

    const other = await openConsole(browser, world)
    await other.page.goto(link ?? '')
    await other.page.getByLabel('E-mail').fill(email)
    await other.page.getByLabel('Password').fill('any')
    await other.page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await other.page.getByRole('button', { name: 'Accept' }).dblclick()
    await other.page.getByRole('heading', { name: 'Line' }).waitFor()

    expect(other.page.url()).not.toContain('token')
    expect(await other.page.getByRole('link', { name: 'API keys' }).count()).toBe(0)
    await other.goto(`/organizations/${id}/keys`)
    await other.page.getByText('This is for admins').waitFor()
    await other.goto(`/organizations/${id}/settings/words`)
    await other.page.getByText('Only admins change settings').waitFor()
    expect(await other.page.getByLabel('When a customer calls').isDisabled()).toBe(true)
    expect(other.faults).toEqual([])
    await other.close()
  })

  test('a key, made by a double click, is shown once, works, and is refused once it is revoked', async () => {
    await goto('keys')
    await page.getByRole('button', { name: 'Make a key' }).click()
    await dialog().getByRole('button', { name: 'Make it' }).click()
    await dialog().locator('.field-error').first().waitFor()
    await dialog().getByLabel('Name').fill('CRM')
    await dialog().getByRole('button', { name: 'Make it' }).dblclick()
    await dialog().getByRole('button', { name: 'Copy the key' }).click()
    const key = await page.evaluate(() => (navigator as unknown as Clipboard).clipboard.readText())
    await dialog().getByRole('button', { name: 'I have kept it' }).click()

    const reads = () => request(world.origin, 'GET', `/api/organizations/${id}`, { token: key })
    expect((await reads()).status).toBe(200)
    expect((await api('/api-keys')).apiKeys).toHaveLength(1)
    expect(await page.content()).not.toContain(key)
    await page.getByRole('button', { name: 'Revoke' }).click()
    await dialog().getByRole('button', { name: 'Revoke it' }).click()
    await toast('CRM is revoked')
    await expect.poll(async () => (await reads()).status).toBe(401)
  })

  test('an endpoint, added with its secret, gets a test, is changed, and is paused', async () => {
    await goto('webhooks')
    await page.getByRole('button', { name: 'Add an endpoint' }).click()
    await dialog().getByLabel('Address').fill('http://crm.example.com')
    await dialog().getByRole('button', { name: 'Add it' }).click()
    await dialog().locator('.field-error').waitFor()
    await dialog().getByLabel('Address').fill('https://crm.example.com/orgline')
    await dialog().getByRole('button', { name: 'Add it' }).dblclick()
    expect(await dialog().locator('.secret code').textContent()).toMatch(/^whsec_/)
    await dialog().getByRole('button', { name: 'I have kept it' }).click()

    await page.getByRole('link', { name: 'https://crm.example.com/orgline' }).click()
    await page.getByRole('button', { name: 'Send a test' }).dblclick()
    await toast('The test is on its way')
    await page.getByRole('button', { name: 'Look again' }).click()
    await page.getByRole('table', { name: 'Deliveries' }).getByText('endpoint.test').waitFor()
    expect(
      await page.getByRole('table', { name: 'Deliveries' }).getByText('endpoint.test').count(),
    ).toBe(1)
    await page.getByRole('button', { name: 'Pause' }).click()
    await dialog().getByRole('button', { name: 'Pause it' }).click()
    await toast('The endpoint is paused')
    await page.getByText('by one of you').waitFor()
    const [endpoint] = (await api('/webhook-endpoints')).webhookEndpoints
    expect(endpoint).toMatchObject({ status: 'paused', url: 'https://crm.example.com/orgline' })
  })

  test('a month, opened, shows what its calls and texts cost', async () => {
    await goto('costs')

    const table = page.getByRole('table', { name: 'Costs of the month' })
    await table.getByText('1 in, 0 out', { exact: false }).waitFor()
  })
})
