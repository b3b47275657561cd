import { z } from 'zod'
import { PhoneNumberInput } from '../http/schemas.ts'
import {
  AreaCodeInput,
  AreaCodeOnlyInput,
  agreesWithCountry,
  CountryInput,
  isInCountry,
  toWish,
} from '../phone-numbers/number-wish.ts'

/** A line of text that can be spoken and shown: no control characters. */
const Name = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, 'must not contain control characters')

const Slug = z
  .string()
  .min(1)
  .max(63)
  .regex(
    /^[a-z0-9]+(-[a-z0-9]+)*$/,
    'must consist of lower-case letters and digits with single hyphens between, e.g. premium-auto-sales',
  )

export const SignUpBody = z
  .strictObject({
    name: Name.meta({ examples: ['Premium Auto Sales'] }),
    email: z.email().max(254),
    slug: Slug.optional().describe('Default: made from the name'),
    preferredAreaCode: AreaCodeInput.optional(),
    country: CountryInput.optional(),
    areaCodeOnly: AreaCodeOnlyInput.optional(),
    provisionPhone: z
      .boolean()
      .optional()
      .describe('Default true; false: without a number for now'),
  })
  .refine(
    (body) => isInCountry(body.preferredAreaCode, body.country),
    agreesWithCountry('preferredAreaCode'),
  )
  .transform(({ name, email, slug, provisionPhone, preferredAreaCode, country, areaCodeOnly }) => {
    const wish = toWish({ areaCode: preferredAreaCode, country, areaCodeOnly })
    return { name, email, slug, wish: (provisionPhone ?? true) ? wish : null }
  })

/** What is absent stays as it is; a setting that is null goes back to its default. */
export const OrganizationChangesBody = z.strictObject({
  name: Name.optional(),
  settings: z.strictObject({ confirm_caller_name: z.boolean().nullable().optional() }).optional(),
  defaultPhoneNumber: PhoneNumberInput.optional().describe('One of its active numbers'),
  status: z.enum(['active', 'suspended']).optional().describe('Only for operators'),
})
