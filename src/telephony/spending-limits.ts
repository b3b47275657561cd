import { destinationCountry } from './destination.ts'

/**
 * What may be spent where operators decided nothing else for an organization. Money in micro-dollars;
 * limits are for any 24 hours, unless they say otherwise; 0: nothing.
 */
export interface SpendingLimits {
  /** Two letters each. */
  countries: readonly string[]
  /** Of one organization: calls at the same time; calls, begun minutes and segments of texts; money for all of it. */
  concurrency: number
  dailyCalls: number
  dailyMinutes: number
  dailySegments: number
  segmentsPerMinute: number
  dailySpend: number
  /** To one customer of one organization. */
  customerDailyCalls: number
  customerDailySegments: number
  /** Turns that agents answer in writing: of one customer in an hour, and of one organization. */
  customerHourlyReplies: number
  dailyReplies: number
  /** Turns in a row, each begun right after an answer, from which on a customer is taken for a machine. */
  repliesInARow: number
  /** Turns of all organizations that the agent for everybody answers. */
  sharedReplies: number
  /** How many days an organization, or an account, is new, and what it then has of its limits, in percent. */
  newDays: number
  newPercent: number
  /** Numbers that a new organization may have. */
  newNumbers: number
  /** Agents that an account may make; that a new one may make, and calls that each of those may have. */
  dailyAgents: number
  newAgents: number
  newAgentCalls: number
  /** Calls that any other may have. */
  agentCalls: number
  /** Of a new account, over all its organizations, numbers included. */
  accountDailySpend: number
  /** Of all organizations. */
  deploymentDailySpend: number
  /** Calls from the default number: of all organizations, and of a new one. */
  fallbackDailyCalls: number
  fallbackNewDailyCalls: number
  /** What a begun minute is taken to cost until the call's own cost is known, and the carrier's part of it. */
  minuteCost: number
  carrierMinuteCost: number
  /** The same of a conversation in which an agent answers texts. */
  replyCost: number
  /** How long a call of an agent may last, and one that is put through to a person. */
  callMinutes: number
  forwardMinutes: number
  segmentCost: number
  /** More, for a text with media. */
  mediaCost: number
  /** A month of a number. */
  numberCost: number
}

/** What SQL checks everything that costs money by, in the transaction that records it. */
export function guardOf(limits: SpendingLimits) {
  return {
    countries: limits.countries,
    concurrency: limits.concurrency,
    daily_calls: limits.dailyCalls,
    daily_minutes: limits.dailyMinutes,
    daily_segments: limits.dailySegments,
    segments_per_minute: limits.segmentsPerMinute,
    daily_spend: limits.dailySpend,
    customer_daily_calls: limits.customerDailyCalls,
    customer_daily_segments: limits.customerDailySegments,
    customer_hourly_replies: limits.customerHourlyReplies,
    daily_replies: limits.dailyReplies,
    replies_in_a_row: limits.repliesInARow,
    shared_replies: limits.sharedReplies,
    new_days: limits.newDays,
    new_percent: limits.newPercent,
    new_numbers: limits.newNumbers,
    daily_agents: limits.dailyAgents,
    new_agents: limits.newAgents,
    new_agent_calls: limits.newAgentCalls,
    agent_calls: limits.agentCalls,
    account_daily_spend: limits.accountDailySpend,
    deployment_daily_spend: limits.deploymentDailySpend,
    fallback_daily_calls: limits.fallbackDailyCalls,
    fallback_new_daily_calls: limits.fallbackNewDailyCalls,
    minute_cost: limits.minuteCost,
    carrier_minute_cost: limits.carrierMinuteCost,
    reply_cost: limits.replyCost,
    call_minutes: limits.callMinutes,
    forward_minutes: limits.forwardMinutes,
    segment_cost: limits.segmentCost,
    media_cost: limits.mediaCost,
    number_cost: limits.numberCost,
  }
}

/** The same for a call or a text to this E.164 number. */
export function guardOfDestination(to: string, limits: SpendingLimits) {
  return { ...guardOf(limits), country: destinationCountry(to) }
}
