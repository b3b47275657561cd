import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openFolder } from '../support/own-postgres.ts'
import { startChild } from '../support/test-child.ts'

const logger = new URL('../../src/platform/logger.ts', import.meta.url).href

/** A process that logs and then does something else. */
function logging(then: string) {
  const folder = openFolder('orgline-log-')
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const main = join(folder, 'main.ts')
  writeFileSync(
    main,
    `import { createLogger } from '${logger}'
const log = createLogger({ level: 'info' })
log.info('what came first')
${then}
`,
  )
  return startChild([], {}, undefined, main)
}

/** Keeps it running until it is ended. */
const RUN_ON = 'setInterval(() => {}, 1_000)'

test.each([
  ['that has nothing left to do', '', 0],
  ['that ends itself', 'process.exit(3)', 3],
  ['that throws', `${RUN_ON}\nthrow new Error('on purpose')`, 1],
  ['that throws later', `${RUN_ON}\nsetImmediate(() => { throw new Error('on purpose') })`, 1],
  [
    'with a promise that nobody catches',
    `${RUN_ON}\nvoid Promise.reject(new Error('on purpose'))`,
    1,
  ],
])('a process, %s, has written every line', async (_, then, status) => {
  const { exited, output } = logging(then)

  expect(await exited).toBe(status)
  expect(output()).toContain('what came first')
})

test('a process that runs on, with a line that waits for others, writes it by itself', async () => {
  await logging(RUN_ON).says('what came first')
})

test('a process, killed right after a warning, has written all up to it', async () => {
  const { exited, output, child, says } = logging(`log.warn('what went wrong')\n${RUN_ON}`)
  await says('what went wrong')
  child.kill('SIGKILL')
  await exited

  expect(output()).toContain('what came first')
})

test('a process that stops in order, told by a signal, has written its last line', async () => {
  const { exited, output, child, says } = logging(
    `process.on('SIGTERM', () => { log.info('what came last'); process.exit(0) })\nlog.warn('ready')\n${RUN_ON}`,
  )
  await says('ready')
  child.kill('SIGTERM')

  expect(await exited).toBe(0)
  expect(output()).toContain('what came last')
})
