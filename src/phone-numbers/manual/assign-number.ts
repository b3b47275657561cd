import type { Actor } from '../../platform/actor.ts'
import { nextStepsOf } from '../orders/next-steps.ts'
import type { FollowOrder } from '../orders/run-order.ts'
import type { PhoneNumberStore } from '../phone-number-store.ts'

export type Assign = (
  actor: Actor,
  phoneNumber: string,
  organizationId: string,
) => Promise<{ verified: boolean; nextSteps: string[] }>

/**
 * Gives a number of the pool to an organization, which has it from here on, and then verifies its
 * settings outside. What is left of that (`verified` false) goes on by itself. Repeating it is harmless.
 * @throws AppError phone_number_not_found, organization_not_found, number_held, wrong_state,
 *   organization_suspended
 */
export function createAssign(deps: {
  numbers: PhoneNumberStore
  followOrder: FollowOrder
}): Assign {
  return async (actor, phoneNumber, organizationId) => {
    const assigned = await deps.numbers.assign(actor, phoneNumber, organizationId)
    if (!assigned.order) return { verified: true, nextSteps: [] }
    const order = await deps.followOrder(assigned.order)
    return { verified: order.status === 'done', nextSteps: nextStepsOf(order) }
  }
}
