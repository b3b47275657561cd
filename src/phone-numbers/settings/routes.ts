import { z } from 'zod'
import { actorOf } from '../../http/principal.ts'
import { type Route, reply, route } from '../../http/route.ts'
import { OrganizationParams, PhoneNumberInUrl } from '../../http/schemas.ts'
import { createDestinationRules } from '../../telephony/forward-destination.ts'
import type { SpendingLimits } from '../../telephony/spending-limits.ts'
import { NumberSettingsInput } from '../number-settings.ts'
import { HeldNumber, type PhoneNumberStore } from '../phone-number-store.ts'
import { createChangeNumberSettings } from './change-number-settings.ts'

const Changed = z.object({
  success: z.literal(true),
  phoneNumber: HeldNumber,
})

/** What of one number is not as its organization has it. */
export function createNumberSettingsRoutes(deps: {
  numbers: PhoneNumberStore
  spending: Pick<SpendingLimits, 'countries'>
}): Route[] {
  const changeNumberSettings = createChangeNumberSettings({
    numbers: deps.numbers,
    destinations: createDestinationRules(deps.spending),
  })
  return [
    route({
      method: 'patch',
      path: '/api/organizations/:organizationId/phone-numbers/:phoneNumber',
      operationId: 'changePhoneNumber',
      guard: 'member',
      scope: 'numbers:write',
      summary: 'Give a number business hours and a routing of its own',
      params: OrganizationParams.extend({ phoneNumber: PhoneNumberInUrl }),
      body: z.strictObject({ settings: NumberSettingsInput }),
      replies: { 200: Changed },
      problems: [
        'organization_not_found',
        'role_required',
        'phone_number_not_found',
        'destination_impossible',
        'routing_unfit',
      ],
      async handle({ principal, params, body }) {
        const phoneNumber = await changeNumberSettings(
          actorOf(principal),
          params.organizationId,
          params.phoneNumber,
          body.settings,
        )
        return reply(200, { success: true, phoneNumber })
      },
    }),
  ]
}
