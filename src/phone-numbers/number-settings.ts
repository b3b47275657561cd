import { z } from 'zod'
import { BusinessHours } from '../business-hours/business-hours.ts'
import { BusinessHoursInput } from '../business-hours/hours-input.ts'
import { CallRouting, CallRoutingInput } from './call-routing.ts'

/** Where a number differs from its organization. */
export const NumberSettings = z
  .object({ business_hours: BusinessHours.optional(), routing: CallRouting.optional() })
  .describe("where it differs from its organization's settings")
  .meta({ id: 'PhoneNumberSettings' })

/** What is absent stays as it is; what is null is the organization's again. */
export const NumberSettingsInput = z.strictObject({
  business_hours: BusinessHoursInput.nullable().optional(),
  routing: CallRoutingInput.nullable().optional(),
})
export type NumberSettingsChanges = z.output<typeof NumberSettingsInput>
