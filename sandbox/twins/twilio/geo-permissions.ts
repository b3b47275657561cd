import { getCountries, getCountryCallingCode } from 'libphonenumber-js'
import type { Operation } from '../core/operation.ts'
import type { World } from '../core/world.ts'
import { countryOfNumber } from '../pricing/rates.ts'
import { notFound, twilioError } from './errors.ts'

const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })

/** Where calls may go. Twilio has the United States and Canada as one, under `US`. */
export function dialingPermissionOperations({ state }: World): Operation[] {
  const base = '/v1/DialingPermissions/Countries'
  return [
    {
      name: 'voice.dialingPermissions.countries.fetch',
      method: 'get',
      path: `${base}/:country`,
      handle({ params: { country = '' } }) {
        const known = getCountries().find((each) => each === country && each !== 'CA')
        if (known === undefined) throw notFound(`${base}/${country}`)
        const url = `https://voice.twilio.com${base}/${country}`
        const body = {
          iso_code: country,
          name: country === 'US' ? 'United States/Canada' : names.of(country),
          continent: null,
          country_codes: [`+${getCountryCallingCode(known)}`],
          low_risk_numbers_enabled: !state.twilio.callsOff.includes(country),
          high_risk_special_numbers_enabled: false,
          high_risk_tollfraud_numbers_enabled: false,
          url,
          links: { highrisk_special_prefixes: `${url}/HighRiskSpecialPrefixes` },
        }
        return { status: 200, body }
      },
    },
  ]
}

/** Where texts may go: of every country. */
export function messagingPermissionOperations({ state }: World): Operation[] {
  return [
    {
      name: 'accounts.messagingGeopermissions.fetch',
      method: 'get',
      path: '/v1/Messaging/GeoPermissions',
      handle() {
        const permissions = getCountries().map((country) => ({
          country_code: country,
          type: 'country',
          enabled: !state.twilio.textsOff.includes(country),
          prefix: `+${getCountryCallingCode(country)}`,
          message: '',
        }))
        return { status: 200, body: { permissions } }
      },
    },
  ]
}

/** Throws 21215 where calls to the number's country are off. */
export function refuseCallAbroad({ state }: World, to: string): void {
  const country = countryOfNumber(to)
  if (!state.twilio.callsOff.includes(country === 'CA' ? 'US' : country)) return
  throw twilioError(400, 21215, `Account not authorized to call ${to}; check geo permissions`)
}

/** Throws 21408 where texts to the number's country are off. */
export function refuseTextAbroad({ state }: World, to: string): void {
  if (!state.twilio.textsOff.includes(countryOfNumber(to))) return
  throw twilioError(400, 21408, `Permission to send an SMS has not been enabled for ${to}`)
}
