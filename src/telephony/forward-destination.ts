import { AppError } from '../platform/errors.ts'
import { destinationCountry, requireOrdinaryNumber } from './destination.ts'

/** @throws AppError country_not_allowed where this server does not call that country; null: not known */
type RequireCalled = (country: string | null) => void

/**
 * Whether callers may be put through to this E.164 number by a setting, as far as the number itself tells: outbound
 * calls go nowhere else. That it is none of ours, SQL says (private.refuse_own_destination), and all of it is asked
 * again when a caller is put through.
 * @throws AppError destination_premium, country_not_allowed
 */
type RequireForwardable = (e164: string) => Promise<void>

export interface DestinationRules {
  requireCalled: RequireCalled
  requireForwardable: RequireForwardable
}

/** Where callers cannot be put through to a number, the setting is wrong, and not who sets it. */
export const asUnfit =
  (code: 'routing_unfit' | 'transfer_unfit') =>
  (thrown: unknown): never => {
    throw thrown instanceof AppError ? new AppError(code, thrown.message) : thrown
  }

/** `countries`: those that this server calls. */
export function createDestinationRules({
  countries,
}: {
  countries: readonly string[]
}): DestinationRules {
  function requireCalled(country: string | null) {
    if (country !== null && countries.includes(country)) return
    throw new AppError(
      'country_not_allowed',
      `${country ?? 'A country that is not known'} is not among the countries this server calls, ${countries.join(', ')}: its operators can add it (OUTBOUND_COUNTRIES)`,
    )
  }
  return {
    requireCalled,
    async requireForwardable(e164) {
      await requireOrdinaryNumber(e164, 'to which no call is forwarded')
      requireCalled(destinationCountry(e164))
    },
  }
}
