import { z } from 'zod'
import { alternatives } from '../../http/input/alternatives.ts'
import { actorOf } from '../../http/principal.ts'
import { type Route, reply, route } from '../../http/route.ts'
import type { Provision } from './provision.ts'
import { MAX_ENTRIES, ProvisionAnswer } from './provision-view.ts'

const ProvisionBody = z
  .strictObject({
    organizations: z
      .array(z.unknown())
      .min(1)
      .max(MAX_ENTRIES)
      .optional()
      .describe(
        'Each {"organizationId" or "slug", "areaCode"?, "country"?}; a wrong one fails alone',
      )
      .meta({ examples: [[{ slug: 'premium-auto-sales', areaCode: '604' }]] }),
    all: z
      .literal(true)
      .optional()
      .describe(
        `Every active organization without a number and without an open order, ${MAX_ENTRIES} at a time`,
      ),
    dryRun: z.boolean().default(false).describe('Only say what would be done'),
  })
  .meta(
    alternatives(
      { needs: ['organizations'], without: ['all'] },
      { needs: ['all'], without: ['organizations'] },
    ),
  )
  .refine(({ organizations, all }) => (organizations === undefined) !== (all === undefined), {
    error: 'send either organizations or all',
  })

/** A number for each of many organizations that exist already. */
export function createProvisionRoutes(deps: { provision: Provision }): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/admin/provision',
      operationId: 'provisionOrganizations',
      guard: 'admin',
      summary: 'A number for each organization that has none, from the pool or ordered',
      body: ProvisionBody,
      idempotent: true,
      replies: { 200: ProvisionAnswer },
      problems: ['idempotency_key_reused', 'idempotency_in_progress'],
      async handle({ principal, body: { organizations, dryRun }, effectId }) {
        return reply(
          200,
          await deps.provision(actorOf(principal), organizations ?? 'all', { dryRun, effectId }),
        )
      },
    }),
  ]
}
