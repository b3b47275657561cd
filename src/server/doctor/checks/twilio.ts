import type { TelephonyAccount } from '../../../carriers/ports/account.ts'
import { type Check, error, ok, warning } from '../check.ts'

/** Below this, in millionths, a month's numbers and a busy day may use it up. */
const LITTLE = 20_000_000

/** More countries are not asked about one by one. */
const MOST_COUNTRIES = 20

/** Whether Twilio takes our credentials, and lets the account do anything. */
export function createAccountCheck({ getAccount }: Pick<TelephonyAccount, 'getAccount'>): Check {
  return async () => {
    const { isActive, isTrial } = await getAccount()
    if (!isActive)
      return error(
        'Twilio has suspended or closed the account.',
        'See Twilio Console > Billing, and what it asks for.',
      )
    return isTrial
      ? warning(
          'The account is a trial: it reaches verified numbers only, and puts words of its own before each text.',
          'Upgrade it: Twilio Console > Billing.',
        )
      : ok('Twilio takes the credentials, and the account is active.')
  }
}

/** What is left of the money. */
export function createBalanceCheck({ getBalance }: Pick<TelephonyAccount, 'getBalance'>): Check {
  return async () => {
    const balance = await getBalance()
    if (!balance) return ok('Another account pays for this one.')
    const { micros, currency } = balance
    const seen = `The balance is ${(micros / 1_000_000).toFixed(2)} ${currency}.`
    const remedy = 'Pay in, or turn auto-recharge on: Twilio Console > Billing.'
    if (micros <= 0)
      return error(`${seen} Twilio suspends such an account, and with it all numbers.`, remedy)
    return micros < LITTLE ? warning(seen, remedy) : ok(seen)
  }
}

/** Whether calls and texts may go to the countries that the settings let them go to. */
export function createCountriesCheck(deps: {
  findClosed: TelephonyAccount['findClosed']
  countries: readonly string[]
}): Check {
  const countries = deps.countries.slice(0, MOST_COUNTRIES)
  return async () => {
    const { calls, texts } = await deps.findClosed(countries)
    if (calls.length + texts.length === 0)
      return ok(`Twilio lets calls and texts go to ${countries.join(', ')}.`)
    return [
      ...closed('calls', calls, 'Voice > Settings > Geo permissions'),
      ...closed('texts', texts, 'Messaging > Settings > Geo permissions'),
    ]
  }
}

function closed(what: string, countries: string[], where: string) {
  if (countries.length === 0) return []
  const names = countries.join(', ')
  return [
    error(
      `Twilio lets no ${what} go to ${names}, which OUTBOUND_COUNTRIES has.`,
      `Turn ${names} on: Twilio Console > ${where}. Or take it out of OUTBOUND_COUNTRIES.`,
    ),
  ]
}
