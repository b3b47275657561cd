import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import { createChargeStore } from './charge-store.ts'
import { createCollectCharges } from './collect-charges.ts'
import { createUsageRoutes } from './routes.ts'
import { createUsageStore } from './usage-store.ts'

/** What organizations use, and what it costs. */
export function createUsage({ config, db, telephony, log }: Infrastructure) {
  const store = createChargeStore(db, config.calls.fallback?.phoneNumber)
  const collectCharges = createCollectCharges({
    billing: telephony,
    store,
    log: log.child({ name: 'usage' }),
  })
  return {
    /** For charges that are told by the way. */
    recordCharges: store.record,
    collectCharges,
    routes: createUsageRoutes({ usage: createUsageStore(db, config.usage.rates) }),
    loops: [{ name: 'usage', everyMs: config.usage.intervalMs, work: collectCharges }],
  }
}
