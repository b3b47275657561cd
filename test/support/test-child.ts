import { onTestFinished, type TestContext } from 'vitest'
import { spawnChild } from './child.ts'

/** A real process of this project that is gone, at the latest, when the test is. */
export const startChild = startChildOf(onTestFinished)

/** The same of a test that runs beside others: each has its own end. */
export function startChildOf(atEnd: TestContext['onTestFinished']) {
  return (...how: Parameters<typeof spawnChild>) => {
    const started = spawnChild(...how)
    atEnd(async () => {
      started.child.kill('SIGKILL')
      await started.exited
    })
    return started
  }
}
