import { AppError } from '../platform/errors.ts'
import type { Principal, Reply, Route } from './route.ts'

/** Makes a user a member where one is awaited; true when that changed anything. */
export type Admit = (principal: Principal) => Promise<boolean>

/**
 * Runs a handler, and once more where a user was refused as a stranger and has been admitted since.
 * So nobody who is a member already pays for the question.
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
    const isStranger = thrown instanceof AppError && thrown.code === 'organization_not_found'
    if (!isStranger || route.guard !== 'member' || !principal || !(await admit(principal)))
      throw thrown
    return handle()
  }
}
