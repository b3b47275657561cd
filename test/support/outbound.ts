import { randomUUID } from 'node:crypto'
import { createCallStore, type OutboundRequest } from '../../src/calls/call-store.ts'
import type { Database } from '../../src/database/db.ts'
import { guardOfDestination, type SpendingLimits } from '../../src/telephony/spending-limits.ts'
import { OPERATOR } from './actors.ts'

/** Limits that nobody reaches. */
export const noLimits: SpendingLimits = {
  countries: ['US', 'CA'],
  concurrency: 1_000_000,
  dailyCalls: 1_000_000,
  dailyMinutes: 1_000_000,
  dailySegments: 1_000_000,
  segmentsPerMinute: 1_000_000,
  dailySpend: 1_000_000_000_000,
  customerDailyCalls: 1_000_000,
  customerDailySegments: 1_000_000,
  customerHourlyReplies: 1_000_000,
  dailyReplies: 1_000_000,
  repliesInARow: 8,
  sharedReplies: 1_000_000,
  newDays: 0,
  newPercent: 100,
  newNumbers: 1_000,
  dailyAgents: 1_000_000,
  newAgents: 1_000_000,
  newAgentCalls: 4,
  agentCalls: 50,
  accountDailySpend: 1_000_000_000_000,
  deploymentDailySpend: 1_000_000_000_000,
  fallbackDailyCalls: 1_000_000,
  fallbackNewDailyCalls: 1_000_000,
  minuteCost: 100_000,
  carrierMinuteCost: 12_500,
  replyCost: 10_000,
  callMinutes: 10,
  forwardMinutes: 30,
  segmentCost: 7_500,
  mediaCost: 25_000,
  numberCost: 1_000_000,
}

/** What lets every North American call through, for functions that are asked directly. */
export const unguarded = guardOfDestination('+16045550123', noLimits)

/** The calls of a database whose limits are reached only where they are given. */
export function callStoreWith(db: Database, limits: Partial<SpendingLimits>) {
  const options = {
    inboundVoice: 'elevenlabs',
    agentId: 'agent_test',
    fallback: undefined,
    overdueMs: 600_000,
    pollMs: 600_000,
    spending: { ...noLimits, ...limits },
  } as const
  return createCallStore(db, options, async () => {
    throw new Error('no report of these tests is long')
  })
}

/** A call that an operator asks for and insists on, with nothing in it that may be left out. */
export function aCallRequest(
  request: Pick<OutboundRequest, 'organizationId' | 'to'> & Partial<OutboundRequest>,
): OutboundRequest {
  return {
    id: randomUUID(),
    actor: OPERATOR,
    from: null,
    agentId: null,
    insists: true,
    leadId: null,
    customerName: null,
    requestId: 'test',
    ...request,
  }
}

/** The same of a text, as `begin_message` takes it. */
export function aText(request: { organizationId: string; to: string }) {
  return {
    id: randomUUID(),
    actor: OPERATOR,
    from: null,
    insists: true,
    body: 'Hello',
    media: [],
    segments: 1,
    leadId: null,
    requestId: 'test',
    pollMs: 60_000,
    guard: unguarded,
    ...request,
  }
}
