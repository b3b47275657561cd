import { z } from 'zod'
import { pageSchema } from '../database/db.ts'

const micros = z.int().describe('micro-dollars')
const isEstimated = z.boolean().describe('a price is not known yet: a rate of the settings stands')

/** What a month cost one organization, or the idle stock. */
export const Usage = z.object({
  numbers: z.object({
    held: z.int().describe('numbers that some of the month was paid for'),
    cost: micros,
    estimated: isEstimated,
  }),
  messages: z.object({
    in: z.int(),
    out: z.int(),
    segments: z.int(),
    cost: micros,
    estimated: isEstimated,
  }),
  calls: z.object({
    in: z.int(),
    out: z.int(),
    minutes: z.int().describe('each that was begun, by each leg of a call'),
    cost: micros.describe('what the telephone company takes, in micro-dollars'),
    agent_cost: micros.describe('what the voice platform takes, in micro-dollars'),
    estimated: isEstimated,
  }),
  text_replies: z.object({
    conversations: z.int().describe('that agents held in writing, to answer texts'),
    cost: micros.describe('what the voice platform takes for them, in micro-dollars'),
    estimated: isEstimated,
  }),
  total: micros,
  estimated: isEstimated,
})
export type Usage = z.infer<typeof Usage>

const OrganizationUsage = Usage.extend({ organization_id: z.guid(), organization_name: z.string() })

/** A page of what a month cost each organization. */
export const UsagePage = pageSchema(OrganizationUsage)
export type UsagePage = z.infer<typeof UsagePage>

/** What a month cost all together, which is what the carriers charge. */
export const UsageTotal = z.object({
  idle: Usage,
  total: micros,
  estimated: isEstimated,
})
export type UsageTotal = z.infer<typeof UsageTotal>

/** A part of the organizations, and with the first the sum of all: it takes as long as many pages. */
export const UsageOfAll = z.object({
  idle: Usage.optional().describe(
    'what nobody held: the pool, quarantine, and what came in on its numbers; on the first page',
  ),
  total: micros.optional().describe('micro-dollars, of all and the idle stock; on the first page'),
  estimated: isEstimated
    .optional()
    .describe('whether some of the total is a rate of the settings; on the first page'),
  organizations: z.array(OrganizationUsage).describe('those of the page that have cost anything'),
})
