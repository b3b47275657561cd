import { z } from 'zod'
import { type AreaCode, type Country, checkAreaCode } from '../telephony/area-codes.ts'

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
  .describe('Default: the country of the area code; with neither, any of the pool, and US to buy')

export const AreaCodeOnlyInput = z
  .boolean()
  .describe('Do not widen the search when the area code has no numbers left')

/** The number somebody wants. */
export interface NumberCriteria {
  /** Null: not said; any that the pool has will do, and one of the US is bought. */
  country: Country | null
  areaCode: string | null
  /** Where the area code is. */
  region: string | null
  areaCodeOnly: boolean
}

interface CriteriaFields {
  areaCode?: AreaCode | undefined
  country?: Country | undefined
  areaCodeOnly?: boolean | undefined
}

/** The fields of a body that asks for numbers. */
export const criteriaFields = {
  areaCode: AreaCodeInput.optional(),
  country: CountryInput.optional(),
  areaCodeOnly: AreaCodeOnlyInput.optional(),
}

/** For refine(): an area code of another country than the one sent is an issue of `field`. */
export function agreesWithCountry(field: string) {
  return {
    path: [field],
    params: { problem: 'area_code_not_supported' },
    error: ({ input }: { input?: unknown }) => {
      const { [field]: areaCode, country } = input as Record<string, unknown>
      const { code, region, country: own } = areaCode as AreaCode
      return `Area code ${code} is in ${region}, ${own}, not in ${country}: leave out the country or send another area code`
    },
    // Also where other fields are wrong, so that all issues are reported at once.
    when: ({ value }: { value: unknown }) => typeof value === 'object' && value !== null,
  }
}

/** `areaCode` and `country` as far as they could be parsed. */
export function isInCountry(areaCode: unknown, country: unknown): boolean {
  const known = typeof areaCode === 'object' ? (areaCode as AreaCode | null) : null
  return !known || (country !== 'US' && country !== 'CA') || known.country === country
}

/** Joins the fields of a request that is right. */
export function toCriteria({ areaCode, country, areaCodeOnly }: CriteriaFields): NumberCriteria {
  return {
    country: areaCode?.country ?? country ?? null,
    areaCode: areaCode?.code ?? null,
    region: areaCode?.region ?? null,
    areaCodeOnly: areaCodeOnly ?? false,
  }
}

/** A body that asks for one number, for an agent of the organization's own or the default one. */
export const NumberForBody = z
  .strictObject({
    ...criteriaFields,
    agentId: z
      .string()
      .regex(/^[\w-]{1,100}$/, 'must be the agent_id of an agent')
      .optional()
      .describe('The agent_id of one of its agents'),
  })
  .refine((body) => isInCountry(body.areaCode, body.country), agreesWithCountry('areaCode'))
  .transform(({ agentId, ...fields }) => ({
    criteria: toCriteria(fields),
    agentId: agentId ?? null,
  }))

/** A body that asks for one number. */
export const CriteriaBody = z
  .strictObject(criteriaFields)
  .refine((body) => isInCountry(body.areaCode, body.country), agreesWithCountry('areaCode'))
  .transform(toCriteria)
