import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { request } from '../support/requests.ts'
import { reservePort } from '../support/reserved-port.ts'
import { deployment } from '../support/server-process.ts'

/** `npm start` with a deployment of its own, once it is ready. */
async function npmStart(settings: Record<string, string> = {}) {
  const { env } = await deployment()
  const { PATH, HOME } = process.env
  // A group of its own, so that a server that outlives npm can be ended with it.
  const npm = spawn('npm', ['start'], { env: { PATH, HOME, ...env, ...settings }, detached: true })
  const exited = once(npm, 'exit')
  onTestFinished(() => {
    try {
      process.kill(-Number(npm.pid), 'SIGKILL')
    } catch {
      // Nobody of it is left.
    }
  })
  const ready = () => request(env.PUBLIC_URL ?? '', 'GET', '/readyz').then(({ status }) => status)
  const state = () => ready().catch(() => 'gone')
  await expect.poll(state).toBe(200)
  return {
    state,
    async stop() {
      npm.kill('SIGTERM')
      await exited
    },
  }
}

test('npm start, told to stop, passes it on, and ends when the server has', async () => {
  const { state, stop } = await npmStart()

  await stop()

  expect(await state()).toBe('gone')
})

test('npm start, with METRICS_PORT, serves metrics there and nothing else, until it is told to stop', async () => {
  const port = String(await reservePort())
  const { stop } = await npmStart({ METRICS_PORT: port })
  const ask = (path: string) => fetch(`http://127.0.0.1:${port}${path}`)

  const metrics = await ask('/metrics')
  const text = await metrics.text()
  const others = await Promise.all(['/', '/livez', '/api/me'].map(ask))
  await stop()

  expect(metrics.status).toBe(200)
  expect(text).toMatch(/^orgline_http_requests_total\{.*route="\/readyz".*\} \d+$/m)
  expect(text).toMatch(/^orgline_database_up 1$/m)
  expect(others.map(({ status }) => status)).toEqual([404, 404, 404])
  await expect(ask('/metrics')).rejects.toThrow()
})
