import type { Organization } from './organization.ts'
import type { OrganizationChanges, OrganizationStore } from './organization-store.ts'

export type ChangeOrganization = (
  userId: string | null,
  organizationId: string,
  changes: OrganizationChanges,
) => Promise<Organization>

/**
 * Changes what is given and leaves the rest. A status holds from the commit on; its numbers are
 * then settled outside as far as the carriers let us, and the `settle` loop finishes what is left.
 * @throws AppError organization_not_found, role_required, phone_number_not_found
 */
export function createChangeOrganization(deps: {
  organizations: OrganizationStore
  /** Never fails. */
  settleNumbersOf: (organizationId: string) => Promise<void>
}): ChangeOrganization {
  return async (userId, organizationId, changes) => {
    const changed = await deps.organizations.change(userId, organizationId, changes)
    if (changes.status) await deps.settleNumbersOf(organizationId)
    return changed
  }
}
