import { createHash } from 'node:crypto'
import type { RunWithin } from '../phone-numbers/orders/run-order.ts'
import { type Actor, idOf } from '../platform/actor.ts'
import { AppError, toError } from '../platform/errors.ts'
import type { Logger } from '../platform/logger.ts'
import { type Organization, slugify } from './organization.ts'
import type { OrganizationStore, SignUp } from './organization-store.ts'

export type SignUpUseCase = (
  actor: Actor,
  request: Omit<SignUp, 'slug'> & { slug: string | undefined },
) => Promise<Organization>

/**
 * Creates the organization with its number or the order for one in one transaction, then works on the
 * order, or syncs a number that is still to be, for up to `waitMs`. From the commit on nothing is an
 * error any more: what is missing follows by itself.
 */
export function createSignUp(deps: {
  organizations: OrganizationStore
  runWithin: RunWithin
  /** Never fails, and takes no longer than `waitMs`. */
  syncNumbersOf: (organizationId: string) => Promise<void>
  waitMs: number
  log: Logger
}): SignUpUseCase {
  return async (actor, request) => {
    const slug = request.slug ?? (slugify(request.name) || nameless(actor, request.name))
    const created = await deps.organizations.signUp(actor, { ...request, slug })
    const { id, phone } = created.organization
    if (created.order_id) await deps.runWithin(created.order_id, deps.waitMs)
    else if (phone && !phone.verified) await deps.syncNumbersOf(id)
    else return created.organization
    try {
      return await deps.organizations.get(actor, id)
    } catch (thrown) {
      // Either its founder was removed meanwhile, which the repeat refuses, or the database went back to
      // before the sign-up, which it makes anew.
      if (thrown instanceof AppError && thrown.code === 'organization_not_found') {
        return (await deps.organizations.signUp(actor, { ...request, slug })).organization
      }
      deps.log.warn(
        { err: toError(thrown), organizationId: id },
        'signed up; the state of its number is not known at the moment',
      )
      return created.organization
    }
  }
}

/** A name without Latin letters: the same for the same name, so that a repeat is recognised. */
function nameless(actor: Actor, name: string): string {
  const hash = createHash('sha256')
    .update(`${idOf(actor)}:${name}`)
    .digest('hex')
  return `organization-${hash.slice(0, 8)}`
}
