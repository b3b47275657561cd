import { onTestFinished } from 'vitest'
import { spawnChild } from './child.ts'

/** A real process of this project that is gone, at the latest, when the test is. */
export function startChild(...how: Parameters<typeof spawnChild>) {
  const started = spawnChild(...how)
  onTestFinished(async () => {
    started.child.kill('SIGKILL')
    await started.exited
  })
  return started
}
