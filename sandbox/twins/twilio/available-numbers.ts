import type { Call, Operation } from '../core/operation.ts'
import type { World } from '../core/world.ts'
import { notFound, twilioError } from './errors.ts'
import { nationalFormat } from './format.ts'
import { type Area, numbersOf, stockedAreas } from './inventory.ts'
import { accountSid } from './model.ts'
import { containsPattern } from './number-pattern.ts'
import { pageOf } from './paging.ts'

/** The search for local numbers; what is owned is not listed, and a hit reserves nothing. */
export function availableNumberOperations(world: World): Operation[] {
  return [
    {
      name: 'availablePhoneNumbers.list',
      method: 'get',
      path: '/2010-04-01/Accounts/:accountSid/AvailablePhoneNumbers/:country/Local.json',
      handle(call) {
        const country = call.params.country ?? ''
        const path = `/2010-04-01/Accounts/${accountSid}/AvailablePhoneNumbers/${country}/Local.json`
        if (country !== 'US' && country !== 'CA') throw notFound(path)
        const rows = search(world, country, call)
        return pageOf({ key: 'available_phone_numbers', path, rows, itemOf, call })
      },
    },
  ]
}

interface Hit {
  area: Area
  number: string
}

function search(world: World, country: string, call: Call): Hit[] {
  const { AreaCode: code = '', InRegion: region = '', Contains: contains = '' } = call.query
  if (code !== '' && !/^[2-9]\d{2}$/.test(code)) {
    throw twilioError(400, 21451, `AreaCode is not valid: ${code}`)
  }
  if (call.query.SmsEnabled === 'false' || call.query.VoiceEnabled === 'false') return []
  const owned = new Set(world.state.twilio.numbers.map((number) => number.phone_number))
  const pattern = contains === '' ? /^/ : containsPattern(contains)
  return stockedAreas(world)
    .filter((area) => area.country === country)
    .filter((area) => code === '' || area.code === code)
    .filter((area) => region === '' || area.region === region.toUpperCase())
    .flatMap((area) =>
      numbersOf(area)
        .filter((number) => !owned.has(number) && pattern.test(number))
        .map((number) => ({ area, number })),
    )
}

function itemOf({ area, number: phoneNumber }: Hit): unknown {
  return {
    friendly_name: nationalFormat(phoneNumber),
    phone_number: phoneNumber,
    lata: area.lata,
    locality: area.locality,
    rate_center: area.locality?.toUpperCase() ?? null,
    latitude: area.latitude,
    longitude: area.longitude,
    region: area.region,
    postal_code: area.postalCode,
    iso_country: area.country,
    address_requirements: 'none',
    beta: false,
    capabilities: { voice: true, SMS: true, MMS: true, fax: false },
  }
}
