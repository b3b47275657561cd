import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser } from '../support/browser.ts'
import { type Console, openConsole } from '../support/console.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { signInAsMember } from '../support/member-console.ts'
import { aPicture, aTalk, aVoicemail, heardIn } from '../support/recordings.ts'
import { aUser, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const CUSTOMER = '+16045558107'

/** The page may fetch no address of its own making, so what it gives to a player is measured where it is made. */
const NOTE_GIVEN = `{
  const made = URL.createObjectURL
  globalThis.given = []
  URL.createObjectURL = (blob) => {
    globalThis.given.push(blob.size)
    return made(blob)
  }
}`

describe('what customers say and send, in the console', () => {
  let browser: Browser
  let world: World
  let tab: Console
  let page: Page
  let line: { id: string; number: string }
  beforeAll(async () => {
    ;[browser, world] = await Promise.all([startBrowser(), startWorld()])
    const owner = await aUser(world)
    const { organization } = await signUp(world, {}, owner.token)
    line = { id: organization.id, number: organization.phoneNumber }
    await aTalk(world, line, CUSTOMER)
    await aPicture(world, line, CUSTOMER, ['car.png', 'brochure.pdf'])
    await aVoicemail(world, line, CUSTOMER)
    tab = await openConsole(browser, world)
    page = tab.page
    await page.addInitScript(NOTE_GIVEN)
    await signInAsMember(tab, owner.email)
    await page.getByRole('heading', { name: 'Line' }).waitFor()
    await page.getByRole('link', { name: 'Conversations' }).click()
    await page.locator('main ul a[href*="contact="]').first().click()
    await page.locator('.entry').nth(2).waitFor()
  })
  afterAll(async () => {
    expect(tab?.faults).toEqual([])
    await browser?.close()
    await stopWithCleanLogs(world)
  })

  /** How many bytes the page has given to players and pictures, each time. */
  const given = () => page.evaluate('globalThis.given')
  const kinds = async () => (await heardIn(world, line)).map(({ action }) => action)

  test('a recording and a voicemail, played, are fetched once each, and given to a player', async () => {
    const players = page.locator('audio[src^="blob:"]')
    for (const at of [0, 1]) {
      await page.getByRole('button', { name: 'Play recording' }).first().dblclick()
      await players.nth(at).waitFor()
    }
    expect(await given()).toEqual([expect.any(Number), expect.any(Number)])
    expect(await given()).not.toContain(0)
    expect((await kinds()).filter((kind) => kind === 'listen_to_recording')).toHaveLength(2)
  })

  test('a picture of a text, asked for, is shown, and a file is offered to be kept', async () => {
    await page.evaluate('globalThis.given = []')
    await page.getByRole('button', { name: 'Show the picture' }).dblclick()
    // The sandbox's pictures are bytes that no browser can draw.
    await page.locator('img.medium[src^="blob:"]').waitFor({ state: 'attached' })
    expect(await given()).toEqual([expect.any(Number)])
    expect(await given()).not.toContain(0)

    await page.getByRole('button', { name: 'Show the file' }).click()
    await page.getByRole('link', { name: 'Download' }).waitFor()
    expect((await kinds()).filter((kind) => kind === 'view_medium')).toHaveLength(2)
  })

  test('a picture that is gone, asked for, is told of in the server’s words, and can be asked for again', async () => {
    await page.reload()
    await page.locator('.entry').nth(2).waitFor()
    await page.route('**/media/**', (route) =>
      route.fulfill({
        status: 404,
        json: { status: 404, code: 'media_gone', detail: 'The telephone company has it no more' },
      }),
    )
    await page.getByRole('button', { name: 'Show the picture' }).click()
    await page.locator('.failed', { hasText: 'The telephone company has it no more' }).waitFor()
    await page.unroute('**/media/**')

    await page.getByRole('button', { name: 'Show the picture' }).click()

    await page.locator('img.medium').waitFor({ state: 'attached' })
  })
})
