import type { z } from 'zod'
import { isCountry } from '../telephony/destination.ts'
import { count, text } from './setting-types.ts'

/** A million dollars, in micro-dollars. */
const MOST_MONEY = 1_000_000_000_000

/** What may be spent, by whom, and how much of it while somebody is new. */
export const spendingSettings = {
  OUTBOUND_COUNTRIES: text.default('US,CA').transform(parseCountries),
  OUTBOUND_CONCURRENCY: count(10),
  OUTBOUND_DAILY_CALLS: count(200),
  OUTBOUND_DAILY_MINUTES: count(600),
  OUTBOUND_DAILY_SPEND: count(60_000_000, 0, MOST_MONEY),
  OUTBOUND_MINUTE_COST: count(100_000, 0, MOST_MONEY),
  OUTBOUND_REPLY_COST: count(10_000, 0, MOST_MONEY),
  OUTBOUND_DAILY_SEGMENTS: count(2_000),
  OUTBOUND_SEGMENTS_PER_MINUTE: count(120),
  OUTBOUND_CUSTOMER_DAILY_CALLS: count(10),
  OUTBOUND_CUSTOMER_DAILY_SEGMENTS: count(100),
  TEXT_REPLIES_PER_CUSTOMER_HOUR: count(20),
  TEXT_REPLIES_PER_DAY: count(500),
  // Of fewer, people who type fast are taken for machines.
  TEXT_REPLIES_IN_A_ROW: count(8, 3, 100),
  // With its calls, less than what ElevenLabs takes for no limit.
  SHARED_AGENT_DAILY_REPLIES: count(2_000, 0, 90_000),
  OUTBOUND_DEPLOYMENT_DAILY_SPEND: count(500_000_000, 0, MOST_MONEY),
  NEW_ORGANIZATION_DAYS: count(7, 0, 3_650),
  NEW_ORGANIZATION_PERCENT: count(25, 0, 100),
  NEW_ORGANIZATION_NUMBERS: count(2),
  NEW_ORGANIZATION_AGENTS: count(2),
  // ElevenLabs takes 0 for its own limit.
  NEW_ORGANIZATION_AGENT_CALLS: count(3, 1),
  NEW_ACCOUNT_DAILY_SPEND: count(10_000_000, 0, MOST_MONEY),
  FALLBACK_DAILY_CALLS: count(20),
  NEW_ORGANIZATION_FALLBACK_CALLS: count(3),
  CALL_MAX_MINUTES: count(10, 1, 120),
  FORWARD_MAX_MINUTES: count(30, 1, 240),
}

/** `US,CA` → the countries, each once. */
function parseCountries(value: string, context: z.RefinementCtx): string[] {
  const countries = value.split(',').map((part) => part.trim().toUpperCase())
  const wrong = countries.filter((country) => !isCountry(country))
  if (wrong.length > 0) {
    context.addIssue({
      code: 'custom',
      message: `must be countries of two letters, such as US,CA; "${wrong.join(',')}" is none`,
    })
  }
  return [...new Set(countries)]
}
