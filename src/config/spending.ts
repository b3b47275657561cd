import type { z } from 'zod'
import type { SpendingLimits } from '../telephony/spending-limits.ts'
import type { settings } from './settings.ts'

/** The limits of everything that costs money, and what it is taken to cost. */
export function spendingOf(s: z.output<typeof settings>): SpendingLimits {
  return {
    countries: s.OUTBOUND_COUNTRIES,
    concurrency: s.OUTBOUND_CONCURRENCY,
    dailyCalls: s.OUTBOUND_DAILY_CALLS,
    dailyMinutes: s.OUTBOUND_DAILY_MINUTES,
    dailySegments: s.OUTBOUND_DAILY_SEGMENTS,
    segmentsPerMinute: s.OUTBOUND_SEGMENTS_PER_MINUTE,
    dailySpend: s.OUTBOUND_DAILY_SPEND,
    customerDailyCalls: s.OUTBOUND_CUSTOMER_DAILY_CALLS,
    customerDailySegments: s.OUTBOUND_CUSTOMER_DAILY_SEGMENTS,
    customerHourlyReplies: s.TEXT_REPLIES_PER_CUSTOMER_HOUR,
    dailyReplies: s.TEXT_REPLIES_PER_DAY,
    repliesInARow: s.TEXT_REPLIES_IN_A_ROW,
    sharedReplies: s.SHARED_AGENT_DAILY_REPLIES,
    newDays: s.NEW_ORGANIZATION_DAYS,
    newPercent: s.NEW_ORGANIZATION_PERCENT,
    newNumbers: s.NEW_ORGANIZATION_NUMBERS,
    dailyAgents: s.MAX_AGENTS_PER_DAY,
    newAgents: s.NEW_ORGANIZATION_AGENTS,
    newAgentCalls: s.NEW_ORGANIZATION_AGENT_CALLS,
    agentCalls: s.AGENT_DAILY_CALLS,
    accountDailySpend: s.NEW_ACCOUNT_DAILY_SPEND,
    deploymentDailySpend: s.OUTBOUND_DEPLOYMENT_DAILY_SPEND,
    fallbackDailyCalls: s.FALLBACK_DAILY_CALLS,
    fallbackNewDailyCalls: s.NEW_ORGANIZATION_FALLBACK_CALLS,
    minuteCost: s.OUTBOUND_MINUTE_COST,
    carrierMinuteCost: s.RATE_VOICE_MINUTE,
    replyCost: s.OUTBOUND_REPLY_COST,
    callMinutes: s.CALL_MAX_MINUTES,
    forwardMinutes: s.FORWARD_MAX_MINUTES,
    segmentCost: s.RATE_SMS_SEGMENT,
    mediaCost: s.RATE_MEDIA,
    numberCost: s.NUMBER_MONTHLY_COST,
  }
}
