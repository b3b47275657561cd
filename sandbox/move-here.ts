import type { Config } from '../src/config/config.ts'
import type { Logger } from '../src/platform/logger.ts'
import { createContext } from '../src/server/context.ts'

const AT_ONCE = 8

/**
 * Before the server starts: its port may be another than last time, and then every number points to
 * nowhere. A sandbox is nobody's copy, so the numbers are pointed here; one that fails is left to the
 * `sync` loop.
 */
export async function moveHere(config: Config, log: Logger): Promise<void> {
  const { db, reconcile, phoneNumbers } = createContext(config, { log })
  try {
    const accepted = { acceptPublicUrl: true, acceptMany: false }
    await reconcile.reconcileReports.beginRepair({ kind: 'system' }, accepted)
    const { signal } = new AbortController()
    await Promise.all(Array.from({ length: AT_ONCE }, () => phoneNumbers.syncDue.tick(signal)))
  } finally {
    await db.close()
  }
}
