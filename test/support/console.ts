import axe, { type AxeResults } from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'
import { ADMIN, PATIENCE_MS } from './requests.ts'
import type { World } from './world.ts'

/** What a browser says of every answer that is an error; the page itself says it in words. */
const OF_ANSWERS = /^Failed to load resource/

export type Console = Awaited<ReturnType<typeof openConsole>>

/** The console in a tab of its own, which keeps what the browser had to say of it. */
export async function openConsole(
  browser: Browser,
  world: Pick<World, 'origin'>,
  options: BrowserContextOptions = {},
) {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    permissions: ['clipboard-read', 'clipboard-write'],
    ...options,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(String(error.stack)))
  page.on('console', (message) => {
    const isFault = message.type() === 'error' && !OF_ANSWERS.test(message.text())
    if (isFault) faults.push(message.text())
  })
  return {
    page,
    /** What the page did wrong, as the browser sees it. */
    faults,
    goto: (path: string) => page.goto(`${world.origin}/console${path}`),
    close: () => context.close(),
  }
}

/** Signs in by the page, as an operator does. */
export async function signInAsOperator({ page, goto }: Console, key = ADMIN, path = '') {
  await goto(path)
  await page.getByRole('button', { name: 'Operator' }).click()
  await page.getByLabel('Admin key').fill(key)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Waits until all that a screen asks for is there. */
export async function untilRead(page: Page) {
  await page.getByRole('heading', { level: 1 }).waitFor()
  await expect
    .poll(() => page.locator('.loading, [aria-busy]').count(), { timeout: PATIENCE_MS })
    .toBe(0)
}

/** What keeps people out of the page as it is now: WCAG 2.2 A and AA, and axe's own best practices. */
export async function barriersOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const result: AxeResults = await page.evaluate(
    'axe.run(document, { resultTypes: ["violations"] })',
  )
  return result.violations
    .filter(({ impact }) => impact !== 'minor')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
    )
}

/** How a page is looked at: in both colour schemes, on a desk and on a phone. */
export const VIEWPORTS = [
  ['light', 1440],
  ['dark', 1440],
  ['light', 375],
  ['dark', 375],
] as const

/**
 * What is wrong with screens, by their addresses: what keeps people out of them, and what is wider than the page.
 * `signIn` says what it has found on the way. @throws AssertionError where the browser found a fault of the page
 */
export async function faultsOnScreens(
  browser: Browser,
  world: Pick<World, 'origin'>,
  [colorScheme, width]: readonly [colorScheme: 'light' | 'dark', width: number],
  screens: string[],
  signIn: (tab: Console) => Promise<string[]>,
) {
  const tab = await openConsole(browser, world, {
    colorScheme,
    viewport: { width, height: 812 },
    // A colour that is on its way to another has a contrast that nobody chose.
    reducedMotion: 'reduce',
  })
  const { page } = tab
  const found: [screen: string, faults: string[]][] = [['the sign-in', await signIn(tab)]]
  for (const screen of screens) {
    await tab.goto(screen)
    await untilRead(page)
    const faults = await barriersOf(page)
    const excess = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
    if (Number(excess) > 0) faults.push(`${excess} px too wide`)
    found.push([screen, faults])
  }
  expect(tab.faults).toEqual([])
  await tab.close()
  return found.filter(([, faults]) => faults.length > 0)
}

/** As the page writes a number of North America. */
export const shown = (e164: string) => e164.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, '+1 $1 $2 $3')
