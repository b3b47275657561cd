import { randomUUID } from 'node:crypto'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { servePage, startBrowser } from '../support/browser.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { control, request } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const FILE = new URL('page/index.html', import.meta.url)

type Served = Awaited<ReturnType<typeof servePage>>

/** In the page: the first words of a stream, or the first events of one that goes on. */
async function readOnce({ url, token, lastId }: { url: string; token: string; lastId: string }) {
  const headers = { authorization: `Bearer ${token}`, ...(lastId && { 'last-event-id': lastId }) }
  const { body } = await fetch(url, { headers })
  const reader = body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  while (!text.includes(lastId ? 'message.received' : '\n\n')) {
    const part = await reader?.read()
    if (!part || part.done) break
    text += decoder.decode(part.value, { stream: true })
  }
  await reader?.cancel()
  return text
}

const idIn = (text: string) => /^id: (\S+)$/m.exec(text)?.[1] ?? ''

describe('a page of another origin, in a browser', () => {
  let browser: Browser
  let listed: Served
  let unlisted: Served
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

  /** The page, whose user signs in by the page itself. */
  async function open(origin: string) {
    const page = await browser.newPage()
    const places = { api: world.origin, auth: `${world.twins.origin}/auth` }
    await page.goto(`${origin}/?${new URLSearchParams(places)}`)
    const output = page.locator('output')
    const shows = (pattern: RegExp) => output.filter({ hasText: pattern }).waitFor()
    await shows(/^nobody is signed in$/)
    await page.getByPlaceholder('Your e-mail').fill(`${randomUUID()}@example.com`)
    await page.getByRole('button', { name: 'Sign in' }).click()
    return { page, output, shows }
  }

  async function signUp(page: Page, name: string) {
    await page.getByPlaceholder('Name').fill(name)
    await page.getByPlaceholder('E-mail', { exact: true }).fill('owner@example.com')
    await page.getByRole('button', { name: 'Sign up' }).click()
  }

  test('a page, of a listed origin, signs in and up, is loaded again, and finds its organization and its number', async () => {
    const { page, output, shows } = await open(listed.origin)
    await shows(/^no organization yet$/)

    await signUp(page, 'Browser Motors')
    await shows(/^signed up Browser Motors with \+1604\d{7}$/)
    const [number] = /\+1604\d{7}/.exec((await output.textContent()) ?? '') ?? []
    await page.reload()
    await shows(/^Browser Motors has /)

    expect(await output.textContent()).toBe(`Browser Motors has ${number}`)
    await page.close()
  })

  test('a page, of a listed origin, reads the stream of its organization, and goes on behind its last id', async () => {
    const { page, shows } = await open(listed.origin)
    await shows(/^no organization yet$/)
    await signUp(page, 'Streaming Motors')
    await shows(/^signed up Streaming Motors/)
    const token = (await page.evaluate(() => sessionStorage.getItem('token'))) ?? ''
    const { body } = await request(world.origin, 'GET', '/api/me', { token })
    const { id, phoneNumber } = body.organizations[0].organization
    const url = `${world.origin}/api/organizations/${id}/events`

    const first = await page.evaluate(readOnce, { url, token, lastId: '' })
    await control(world, 'POST', 'sms', { from: '+16045558993', to: phoneNumber, body: 'Hello' })
    let second = ''
    void page.evaluate(readOnce, { url, token, lastId: idIn(first) }).then((text) => {
      second = text
    })

    await expect
      .poll(async () => {
        await world.context.events.streams.tick(new AbortController().signal)
        return second
      })
      .toContain('"body":"Hello"')
    await page.close()
  })

  test('a page, of an origin that is not listed, is kept out and signs up nobody', async () => {
    const { page, shows } = await open(unlisted.origin)
    await shows(/^kept out: TypeError$/)

    const refused = page.waitForEvent('requestfailed')
    await signUp(page, 'Intruding Motors')
    await refused

    const token = await page.evaluate(() => sessionStorage.getItem('token'))
    const me = await request(world.origin, 'GET', '/api/me', { token: token ?? '' })
    expect(me).toMatchObject({ status: 200, body: { organizations: [] } })
    await page.close()
  })
})
