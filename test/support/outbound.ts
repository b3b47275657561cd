import { createCallStore } from '../../src/calls/call-store.ts'
import { guardOf, type OutboundLimits } from '../../src/calls/outbound/outbound-limits.ts'
import type { Database } from '../../src/database/db.ts'

/** Limits that nobody reaches. */
const noLimits: OutboundLimits = {
  countries: ['US', 'CA'],
  concurrency: 1_000_000,
  dailyCalls: 1_000_000,
  dailyMinutes: 1_000_000,
  dailySpend: 1_000_000_000_000,
  minuteCost: 100_000,
}

/** What lets every North American call through, for functions that are asked directly. */
export const unguarded = guardOf('+16045550123', noLimits)

/** The calls of a database whose limits are reached only where they are given. */
export function callStoreWith(db: Database, limits: Partial<OutboundLimits>) {
  return createCallStore(db, {
    inboundVoice: 'elevenlabs',
    agentId: 'agent_test',
    fallback: undefined,
    overdueMs: 600_000,
    lookMs: 600_000,
    outbound: { ...noLimits, ...limits },
  })
}
