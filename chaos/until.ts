import { setTimeout as sleep } from 'node:timers/promises'

const PAUSE_MS = 10
const PATIENCE_MS = 60_000

/** Waits, within bounds, for a state; `after`: what may take as long as it does before. Whether it has come. */
export async function until(
  isSo: () => Promise<boolean>,
  after: Promise<unknown> = Promise.resolve(),
): Promise<boolean> {
  let end = Number.POSITIVE_INFINITY
  void after.finally(() => {
    end = Date.now() + PATIENCE_MS
  })
  for (;;) {
    if (await isSo()) return true
    if (Date.now() > end) return false
    await sleep(PAUSE_MS)
  }
}
