import { forwardsOf } from '../phone-numbers/call-routing.ts'
import type { Actor } from '../platform/actor.ts'
import { asUnfit, type DestinationRules } from '../telephony/forward-destination.ts'
import type { Organization } from './organization.ts'
import type { OrganizationChanges, OrganizationStore } from './organization-store.ts'

export type ChangeOrganization = (
  actor: Actor,
  organizationId: string,
  changes: OrganizationChanges,
  versions: string[] | null,
) => Promise<Organization & { version: string }>

/**
 * Changes what is given and leaves the rest. A status, or who answers calls, holds from the commit
 * on; its numbers are then synced outside as far as the carriers let us, and the `sync` loop
 * finishes what is left. `versions`: one of which it must have; null: any.
 * @throws AppError organization_not_found, role_required, phone_number_not_found,
 *   country_not_allowed (of outbound_countries), routing_unfit, transfer_unfit, needs_own_agent,
 *   messaging_service_unfit, messaging_service_taken, agent_cannot_text, precondition_failed
 */
export function createChangeOrganization(deps: {
  organizations: OrganizationStore
  /** Never fails. */
  syncNumbersOf: (organizationId: string) => Promise<void>
  /** Never fails. */
  syncAgentsOf: (organizationId: string) => Promise<void>
  registration: {
    requireFit: (serviceSid: string) => Promise<unknown>
    /** Never fails. */
    ofOrganization: (organizationId: string) => Promise<void>
  }
  destinations: DestinationRules
  /** Whether the agents of an organization can answer texts. @throws AppError agent_cannot_text */
  requireTexting: (actor: Actor, organizationId: string) => Promise<void>
}): ChangeOrganization {
  const { requireCalled, requireForwardable } = deps.destinations

  return async (actor, organizationId, changes, versions) => {
    const {
      inbound_voice: voice,
      fallback_forward_to: fallback,
      routing,
      transfer_to: transferTo,
      text_replies: replies,
      outbound_limits: limits,
    } = changes.settings ?? {}
    for (const to of [...(fallback ? [fallback] : []), ...forwardsOf(routing)])
      await requireForwardable(to).catch(asUnfit('routing_unfit'))
    if (transferTo) await requireForwardable(transferTo).catch(asUnfit('transfer_unfit'))
    changes.settings?.outbound_countries?.forEach(requireCalled)
    const service = changes.settings?.messaging_service_sid
    if (service) await deps.registration.requireFit(service)
    if (replies === 'agent') await deps.requireTexting(actor, organizationId)
    const changed = await deps.organizations.change(actor, organizationId, changes, versions)
    if (service !== undefined) await deps.registration.ofOrganization(organizationId)
    const ofAgents = [transferTo, voice, replies, limits]
    if (ofAgents.some((each) => each !== undefined)) await deps.syncAgentsOf(organizationId)
    if (!changes.status && voice === undefined) return changed
    await deps.syncNumbersOf(organizationId)
    // Whether its number is ready to use has only come out now.
    return deps.organizations.get(actor, organizationId)
  }
}
