import type { Actor } from '../platform/actor.ts'
import { AppError } from '../platform/errors.ts'
import { destinationCountry, requireOrdinaryNumber } from '../telephony/destination.ts'
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
 *   destination_premium, country_not_allowed, call_to_self, messaging_service_unfit, messaging_service_taken,
 *   agent_cannot_text, precondition_failed
 */
export function createChangeOrganization(deps: {
  organizations: OrganizationStore
  /** Never fails. */
  syncNumbersOf: (organizationId: string) => Promise<void>
  registration: {
    requireFit: (serviceSid: string) => Promise<unknown>
    /** Never fails. */
    ofOrganization: (organizationId: string) => Promise<void>
  }
  /** Whether the agents of an organization can answer texts. @throws AppError agent_cannot_text */
  requireTexting: (actor: Actor, organizationId: string) => Promise<void>
  /** Those that this server calls. */
  countries: readonly string[]
}): ChangeOrganization {
  function requireCalled(country: string | null) {
    if (country !== null && deps.countries.includes(country)) return
    throw new AppError(
      'country_not_allowed',
      `${country ?? 'A country that is not known'} is not among the countries this server calls, ${deps.countries.join(', ')}: its operators can add it (OUTBOUND_COUNTRIES)`,
    )
  }

  return async (actor, organizationId, changes, versions) => {
    const { inbound_voice: voice, fallback_forward_to: forwardTo } = changes.settings ?? {}
    if (forwardTo) await requireOrdinaryNumber(forwardTo, 'to which no call is forwarded')
    if (forwardTo) requireCalled(destinationCountry(forwardTo))
    changes.settings?.outbound_countries?.forEach(requireCalled)
    const service = changes.settings?.messaging_service_sid
    if (service) await deps.registration.requireFit(service)
    if (changes.settings?.text_replies === 'agent') await deps.requireTexting(actor, organizationId)
    const changed = await deps.organizations.change(actor, organizationId, changes, versions)
    if (service !== undefined) await deps.registration.ofOrganization(organizationId)
    if (!changes.status && voice === undefined) return changed
    await deps.syncNumbersOf(organizationId)
    // Whether its number is ready to use has only come out now.
    return deps.organizations.get(actor, organizationId)
  }
}
