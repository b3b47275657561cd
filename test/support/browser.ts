import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import chromium from '@sparticuz/chromium'
import { type Browser, chromium as driver } from 'playwright-core'

/**
 * A real browser, without a window. Not with the arguments that its package offers: those take away that
 * browsers keep origins apart, which is what is tested.
 */
export async function startBrowser(): Promise<Browser> {
  return driver.launch({
    executablePath: await chromium.executablePath(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-zygote'],
    headless: true,
  })
}

/** Serves one file at an origin of its own, whatever is asked for. */
export async function servePage(file: URL) {
  const html = await readFile(file)
  const server = createServer({ keepAliveTimeout: 0 }, (_req, res) =>
    res.setHeader('content-type', 'text/html; charset=utf-8').end(html),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { origin: `http://127.0.0.1:${port}`, close: () => void server.close() }
}
