import { z } from 'zod'
import { Timestamp } from '../../database/timestamp.ts'
import type { PoolRow } from './pool-store.ts'

export const PoolStatus = z.object({
  poolStatus: z
    .record(z.string(), z.int())
    .describe('numbers that no organization holds or has ordered, by status'),
  configured: z.int().describe('ready to be assigned at once'),
  needsImport: z.int(),
  minimum: z.int().describe('POOL_MIN: below it the pool is low'),
  target: z.int().describe('POOL_TARGET: up to it the pool is filled by itself; 0: it is not'),
  recommendation: z.enum(['Pool healthy', 'Replenish pool soon']),
  byAreaCode: z.array(
    z.object({
      areaCode: z.string().nullable(),
      country: z.string(),
      region: z.string().nullable(),
      configured: z.int(),
      needsImport: z.int(),
    }),
  ),
  oldestIdleSince: Timestamp.nullable(),
  monthlyCost: z.int().describe('of the idle stock, in micro-dollars'),
  estimated: z.boolean().describe('the price of a number is not known, NUMBER_MONTHLY_COST stands'),
  daysLeft: z
    .int()
    .nullable()
    .describe(
      "at the last 30 days' rate of numbers that organizations were given, from the pool or bought on the spot; null: none was",
    ),
})

const RATE_DAYS = 30

/** What the pool should have. */
export interface PoolGoals {
  min: number
  target: number
}

/** The pool as operators see it. */
export function presentPool(pool: PoolRow, goals: PoolGoals): z.input<typeof PoolStatus> {
  const { ready, given_last_30_days: given } = pool
  return {
    poolStatus: pool.counts,
    configured: ready,
    needsImport: pool.needs_import,
    minimum: goals.min,
    target: goals.target,
    recommendation: ready < goals.min ? 'Replenish pool soon' : 'Pool healthy',
    byAreaCode: pool.by_area_code.map((area) => ({
      areaCode: area.area_code,
      country: area.country,
      region: area.region,
      configured: area.configured,
      needsImport: area.needs_import,
    })),
    oldestIdleSince: pool.oldest_idle_since,
    monthlyCost: pool.monthly_cost,
    estimated: pool.estimated,
    daysLeft: given === 0 ? null : Math.floor((ready * RATE_DAYS) / given),
  }
}
