import { setTimeout as sleep } from 'node:timers/promises'

const PAUSE_MS = 10
const PATIENCE_MS = 60_000

/** Waits, within bounds, for a state. Whether it has come. */
export async function until(isSo: () => Promise<boolean>): Promise<boolean> {
  const end = Date.now() + PATIENCE_MS
  while (Date.now() < end) {
    if (await isSo()) return true
    await sleep(PAUSE_MS)
  }
  return false
}
