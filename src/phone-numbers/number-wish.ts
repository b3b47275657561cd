import { z } from 'zod'
import { type AreaCode, type Country, checkAreaCode } from '../platform/area-codes.ts'

/**
 * An area code as its entry in the table; blank means absent. The issue names its own problem code,
 * so that a request with nothing else wrong is answered with that code.
 */
export const AreaCodeInput = z
  .string()
  .max(20)
  .transform((value, context): AreaCode | undefined => {
    if (value.trim() === '') return undefined
    const check = checkAreaCode(value.trim())
    if (check.ok) return check.areaCode
    context.addIssue({ code: 'custom', message: check.detail, params: { problem: check.problem } })
    return z.NEVER
  })
  .meta({
    description: 'Three digits of a US or Canadian area code; blank means any',
    examples: ['604'],
  })

export const CountryInput = z
  .enum(['US', 'CA'])
  .describe('Default: the country of the area code, else US')

export const AreaCodeOnlyInput = z
  .boolean()
  .describe('Do not widen the search when the area code has no numbers left')

/** The number somebody wants. */
export interface NumberWish {
  country: Country
  areaCode: string | null
  areaCodeOnly: boolean
}

/** Joins the fields; an area code of another country than the one sent is an issue of `field`. */
export function toWish(
  input: {
    areaCode: AreaCode | undefined
    country: Country | undefined
    areaCodeOnly: boolean | undefined
  },
  field: string,
  context: z.RefinementCtx,
): NumberWish {
  const { areaCode, country } = input
  if (areaCode && country && areaCode.country !== country) {
    context.addIssue({
      code: 'custom',
      path: [field],
      message: `Area code ${areaCode.code} is in ${areaCode.region}, ${areaCode.country}, not in ${country}: leave out the country or send another area code`,
      params: { problem: 'area_code_not_supported' },
    })
    return z.NEVER
  }
  return {
    country: areaCode?.country ?? country ?? 'US',
    areaCode: areaCode?.code ?? null,
    areaCodeOnly: input.areaCodeOnly ?? false,
  }
}
