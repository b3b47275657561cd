import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { request } from '../support/requests.ts'
import { deployment } from '../support/server-process.ts'

test('npm start, told to stop, passes it on, and ends when the server has', async () => {
  const { env } = await deployment()
  const { PATH, HOME } = process.env
  // A group of its own, so that a server that outlives npm can be ended with it.
  const npm = spawn('npm', ['start'], { env: { PATH, HOME, ...env }, detached: true })
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

  npm.kill('SIGTERM')
  await exited

  expect(await state()).toBe('gone')
})
