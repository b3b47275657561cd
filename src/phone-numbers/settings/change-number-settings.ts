import type { z } from 'zod'
import type { Actor } from '../../platform/actor.ts'
import { asUnfit, type DestinationRules } from '../../telephony/forward-destination.ts'
import { forwardsOf } from '../call-routing.ts'
import type { NumberSettingsChanges } from '../number-settings.ts'
import type { HeldNumber, PhoneNumberStore } from '../phone-number-store.ts'

export type ChangeNumberSettings = (
  actor: Actor,
  organizationId: string,
  phoneNumber: string,
  settings: NumberSettingsChanges,
) => Promise<z.infer<typeof HeldNumber>>

/**
 * Changes what is given, from the next call on.
 * @throws AppError organization_not_found, role_required, phone_number_not_found, routing_unfit
 */
export function createChangeNumberSettings(deps: {
  numbers: Pick<PhoneNumberStore, 'changeSettings'>
  destinations: Pick<DestinationRules, 'requireForwardable'>
}): ChangeNumberSettings {
  return async (actor, organizationId, phoneNumber, settings) => {
    for (const to of forwardsOf(settings.routing))
      await deps.destinations.requireForwardable(to).catch(asUnfit('routing_unfit'))
    return deps.numbers.changeSettings(actor, organizationId, phoneNumber, settings)
  }
}
