import { destinationCountry } from '../../telephony/destination.ts'

/** What an organization may call, where operators decided nothing else for it. Money in micro-dollars. */
export interface OutboundLimits {
  /** Two letters each. */
  countries: readonly string[]
  /** Calls at the same time. */
  concurrency: number
  /** These in any 24 hours; 0: none. */
  dailyCalls: number
  dailyMinutes: number
  dailySpend: number
  /** What a begun minute is taken to cost until the call's own cost is known. */
  minuteCost: number
}

/** What SQL checks a call to this E.164 number by, in the transaction that records the call. */
export function guardOf(to: string, limits: OutboundLimits) {
  return {
    country: destinationCountry(to),
    countries: limits.countries,
    concurrency: limits.concurrency,
    daily_calls: limits.dailyCalls,
    daily_minutes: limits.dailyMinutes,
    daily_spend: limits.dailySpend,
    minute_cost: limits.minuteCost,
  }
}
