import { z } from 'zod'
import { OrderStatus } from '../orders/order.ts'
import type { PlanRow, Provisioned } from './provision-store.ts'

/** How many organizations one request is about. */
export const MAX_ENTRIES = 500

const ProvisionStatus = z
  .enum([
    'assigned',
    'ordered',
    'has_number',
    'in_progress',
    'failed',
    'would_assign',
    'would_order',
  ])
  .describe(
    'assigned: had at once, from the pool; ordered: it is bought and set up by itself; has_number: had one already; in_progress: was ordered before; would_…: only asked, with dryRun',
  )

/** One organization of a provisioning. */
export const ProvisionResult = z.object({
  organizationId: z.string().nullable().describe('as it was sent where no organization has it'),
  slug: z.string().nullable(),
  name: z.string().nullable(),
  status: ProvisionStatus,
  phoneNumber: z.string().optional(),
  orderId: z.guid().optional(),
  orderStatus: OrderStatus.optional().describe(
    'needs_attention: it does not go on by itself; GET /api/admin/notifications says what to do',
  ),
  error: z.string().optional().describe('why it failed, or what the order waits for'),
})
export type ProvisionResult = z.infer<typeof ProvisionResult>

export const ProvisionAnswer = z.object({
  success: z.boolean().describe('not every entry failed'),
  dryRun: z.boolean(),
  results: z.array(ProvisionResult).describe('in the order sent'),
  counts: z.record(ProvisionStatus, z.int()),
  remaining: z
    .int()
    .describe('with all: organizations beyond those of this answer; send the request again'),
})
export type ProvisionAnswer = z.infer<typeof ProvisionAnswer>

/** What an organization was given, or has. `wouldGet`: for one that lacks a number in a dry run. */
export function presentProvisioned(
  of: Pick<PlanRow, 'organization_id' | 'slug' | 'name'>,
  state: Omit<PlanRow | Provisioned, 'status'> & {
    status: Provisioned['status'] | 'would_assign' | 'would_order'
  },
): ProvisionResult {
  const { organization_id: organizationId, slug, name } = of
  if (state.status === 'suspended') {
    const error = `Organization "${name}" is suspended, so it cannot be given a number: resume it first`
    return { organizationId, slug, name, status: 'failed', error }
  }
  const { status, phone_number: phoneNumber, order_id: orderId, order_status: orderStatus } = state
  const isOpen = status === 'in_progress' || status === 'ordered'
  return {
    organizationId,
    slug,
    name,
    status,
    ...(phoneNumber && { phoneNumber }),
    ...(isOpen && orderId && orderStatus && { orderId, orderStatus }),
    ...(isOpen && state.error && { error: state.error }),
  }
}

export function presentAnswer(
  dryRun: boolean,
  results: ProvisionResult[],
  remaining: number,
): ProvisionAnswer {
  const counts = Object.fromEntries(ProvisionStatus.options.map((status) => [status, 0]))
  for (const { status } of results) counts[status] = (counts[status] ?? 0) + 1
  return {
    success: results.length === 0 || results.some(({ status }) => status !== 'failed'),
    dryRun,
    results,
    counts: counts as ProvisionAnswer['counts'],
    remaining,
  }
}
