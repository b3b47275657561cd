import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser } from '../support/browser.ts'
import { answerText } from '../support/carrier-server.ts'
import { type Console, openConsole } from '../support/console.ts'
import { anEndpoint, deliverDue } from '../support/events.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { signInAsMember } from '../support/member-console.ts'
import { aUser, signUp } from '../support/requests.ts'
import { webhookReceiver } from '../support/webhook-receiver.ts'
import { startWorld, type World } from '../support/world.ts'

describe('a member’s endpoint in the console', () => {
  let browser: Browser
  let world: World
  let tab: Console
  let page: Page
  let id: string
  beforeAll(async () => {
    ;[browser, world] = await Promise.all([startBrowser(), startWorld()])
    const owner = await aUser(world)
    const { organization } = await signUp(world, {}, owner.token)
    id = organization.id
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
  const open = async (url: string) => {
    const endpoint = await anEndpoint(world, `/api/organizations/${id}/webhook-endpoints`, url)
    await tab.goto(`/organizations/${id}/webhooks/${endpoint.id}`)
    await page.getByRole('heading', { level: 1, name: url }).waitFor()
    return endpoint
  }

  test('an endpoint, changed by somebody meanwhile, is not overwritten, and is changed once that was seen', async () => {
    const endpoint = await open('https://crm.example.com/edited')
    await page.getByRole('button', { name: 'Edit' }).click()
    await dialog().getByLabel('What for').fill('Ours')
    await endpoint.ask('PATCH', '', { description: 'Theirs' })

    await dialog().getByRole('button', { name: 'Save', exact: true }).click()
    await dialog().getByText('Somebody else has changed this').waitFor()
    await dialog().getByText('Theirs').waitFor()
    expect((await endpoint.read()).description).toBe('Theirs')
    await dialog().getByLabel('Address').fill('ftp://crm.example.com')
    await dialog().getByRole('button', { name: 'Save mine over it' }).click()
    await dialog().locator('.field-error').first().waitFor()
    await dialog().getByLabel('Address').fill('https://crm.example.com/moved')
    await dialog().getByLabel('All, also those of later releases').uncheck()
    await dialog().getByRole('button', { name: 'Save', exact: true }).dblclick()
    await toast('Saved')

    expect(await endpoint.read()).toMatchObject({
      description: 'Ours',
      url: 'https://crm.example.com/moved',
      events: ['message.received', 'call.ended'],
    })
  })

  test('a new secret, made by a double click, is shown once, and signs with the earlier one', async () => {
    const receiver = await webhookReceiver()
    const endpoint = await open(receiver.url)
    await page.getByRole('button', { name: 'New secret' }).click()
    await dialog().getByRole('button', { name: 'Make it' }).dblclick()
    const secret = (await dialog().locator('.secret code').textContent()) ?? ''
    await dialog().getByRole('button', { name: 'I have kept it' }).click()
    await page.getByText('Earlier secrets sign until').waitFor()
    await endpoint.ask('POST', '/test')
    await deliverDue(world)

    expect(secret).not.toBe(endpoint.secret)
    expect(receiver.verified(secret)).toHaveLength(1)
    expect(receiver.verified(endpoint.secret)).toHaveLength(1)
    expect(await page.content()).not.toContain(secret)
  })

  test('an event that the endpoint refused, sent again by a double click, is sent once more, and shows its answer', async () => {
    const receiver = await webhookReceiver(answerText(400, 'no such thing'), answerText(200, 'ok'))
    const endpoint = await open(receiver.url)
    await endpoint.ask('POST', '/test')
    await deliverDue(world)
    await world.sql(
      "update event_deliveries set status = 'failed', due_at = null where endpoint_id = $1",
      [endpoint.id],
    )
    await page.getByRole('button', { name: 'Look again' }).click()
    const row = page.getByRole('row').filter({ hasText: 'endpoint.test' })
    await row.getByText('no such thing').waitFor()

    await row.getByRole('button', { name: 'Send again' }).dblclick()
    await toast('It is sent again')
    await deliverDue(world)
    await page.getByRole('button', { name: 'Look again' }).click()

    await row.getByText('Delivered').waitFor()
    expect(receiver.requests).toHaveLength(2)
  })

  test('all events since a time, sent again, are those that the endpoint had, too', async () => {
    const receiver = await webhookReceiver()
    const endpoint = await open(receiver.url)
    await endpoint.ask('POST', '/test')
    await deliverDue(world)
    await page.getByRole('button', { name: 'Send again since' }).click()
    await dialog().getByRole('button', { name: 'Send again', exact: true }).click()
    await dialog().locator('.field-error', { hasText: 'Choose a time' }).waitFor()
    await dialog().getByLabel('Since').fill('2026-01-01T00:00')
    await dialog().getByRole('button', { name: 'Send again', exact: true }).dblclick()

    await toast(/events? sent again/)
    await deliverDue(world)
    const ids = receiver.events().map((event) => event.id)
    expect(ids.filter((each) => each === ids[0]).length).toBe(2)
  })
})
