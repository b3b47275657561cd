import type { Billing } from '../carriers/ports/billing.ts'
import type { Database } from '../database/db.ts'
import type { Logger } from '../platform/logger.ts'
import { createChargeStore } from './charge-store.ts'
import { createCollectCharges } from './collect-charges.ts'
import { createUsageStore, type Rates } from './usage-store.ts'

/** All that usage and cost consist of, put together. */
export function createAccounting(deps: {
  db: Database
  telephony: Billing
  rates: Rates
  defaultNumber: string | undefined
  log: Logger
}) {
  const { db, telephony, log } = deps
  const store = createChargeStore(db, deps.defaultNumber)
  return {
    usage: createUsageStore(db, deps.rates),
    /** For charges that are told by the way. */
    recordCharges: store.record,
    collectCharges: createCollectCharges({ billing: telephony, store, log }),
  }
}
