import { createHash } from 'node:crypto'
import type { RunWithin } from '../phone-numbers/purchase.ts'
import { toError } from '../platform/errors.ts'
import type { Logger } from '../platform/logger.ts'
import { type Organization, slugify } from './organization.ts'
import type { OrganizationStore, SignUp } from './organization-store.ts'

export type SignUpUseCase = (
  userId: string | null,
  request: Omit<SignUp, 'slug'> & { slug: string | undefined },
) => Promise<Organization>

/**
 * Creates the organization with its order in one transaction, then works on the order for up to
 * `waitMs`. From the commit on nothing is an error any more: what is missing follows by itself.
 */
export function createSignUp(deps: {
  organizations: OrganizationStore
  runWithin: RunWithin
  waitMs: number
  log: Logger
}): SignUpUseCase {
  return async (userId, request) => {
    const slug = request.slug ?? (slugify(request.name) || nameless(userId, request.name))
    const created = await deps.organizations.signUp(userId, { ...request, slug })
    if (!created.order_id) return created.organization
    await deps.runWithin(created.order_id, deps.waitMs)
    try {
      return await deps.organizations.get(userId, created.organization.id)
    } catch (thrown) {
      deps.log.warn(
        { err: toError(thrown), organizationId: created.organization.id },
        'signed up; the state of its number is not known at the moment',
      )
      return created.organization
    }
  }
}

/** A name without Latin letters: the same for the same name, so that a repeat is recognised. */
function nameless(userId: string | null, name: string): string {
  const hash = createHash('sha256').update(`${userId}:${name}`).digest('hex')
  return `organization-${hash.slice(0, 8)}`
}
