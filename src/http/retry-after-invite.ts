import { AppError } from '../platform/errors.ts'
import type { Principal } from './principal.ts'
import type { Reply, Route } from './route.ts'

/** Makes a user a member where one is awaited; true when they may have become one. */
export type Admit = (principal: Principal) => Promise<boolean>

/**
 * Runs a handler, and once more where a user was refused, as a stranger or for the role, and has
 * perhaps been admitted since. So nobody who may do what they ask pays for the question.
 */
export async function withSecondTry(
  route: Route,
  principal: Principal | undefined,
  admit: Admit,
  handle: () => Promise<Reply>,
): Promise<Reply> {
  try {
    return await handle()
  } catch (thrown) {
    const mayBeInvited =
      thrown instanceof AppError &&
      ['organization_not_found', 'organization_required', 'role_required'].includes(thrown.code)
    if (!mayBeInvited || route.guard !== 'member' || !principal || !(await admit(principal)))
      throw thrown
    return handle()
  }
}
