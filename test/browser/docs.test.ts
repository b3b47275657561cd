import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser } from '../support/browser.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { PATIENCE_MS, request } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('/docs, in a browser', () => {
  let browser: Browser
  let page: Page
  let world: World
  const asked: string[] = []
  const complaints: string[] = []
  beforeAll(async () => {
    ;[browser, world] = await Promise.all([startBrowser(), startWorld()])
    page = await browser.newPage()
    page.setDefaultTimeout(PATIENCE_MS)
    page.on('request', (each) => void asked.push(each.url()))
    page.on('pageerror', (error) => void complaints.push(error.message))
    page.on('console', (line) => {
      if (['error', 'warning'].includes(line.type())) complaints.push(line.text())
    })
    await page.goto(`${world.origin}/docs`)
  })
  afterAll(async () => {
    await browser?.close()
    await stopWithCleanLogs(world)
  })

  test('an operation, looked for by its path, is shown with its fields', async () => {
    await page.getByRole('heading', { name: 'Orgline' }).first().waitFor()

    await page.goto(`${world.origin}/docs#tag/organizations/POST/api/auth/organizations`)
    await page.getByText('preferredAreaCode').first().waitFor()
  })

  test('every group of operations, by its name, is on the page', async () => {
    const { body } = await request(world.origin, 'GET', '/openapi.json')
    const names: string[] = body.tags.map((tag: { name: string }) => tag.name)

    const missing = async () => {
      const shown = await page.locator('body').innerText()
      return names.filter((name) => !shown.includes(name))
    }
    await expect.poll(missing).toEqual([])
  })

  test('the page, watched while it is read, asks nobody but its own server', async () => {
    await page.waitForLoadState('networkidle')

    const elsewhere = asked.filter(
      (url) => !/^(data|blob):/.test(url) && !url.startsWith(world.origin),
    )
    expect(asked.length).toBeGreaterThan(3)
    expect(elsewhere).toEqual([])
  })

  test('the page, watched while it is read, has nothing to complain of', () => {
    expect(complaints).toEqual([])
  })
})
