import type { Call, Operation } from '../core/operation.ts'
import type { World } from '../core/world.ts'
import { notFound } from './errors.ts'
import { nationalFormat } from './format.ts'
import { type Area, numbersOf, stockedAreas } from './inventory.ts'
import { accountSid } from './model.ts'
import {
  addressRequirements,
  capabilities,
  rateCenterOf,
  searchFilters,
  searchOf,
} from './number-search.ts'
import { pageOf, pageParams } from './paging.ts'

/** The search for local numbers; what is owned is not listed, and a hit reserves nothing. */
export function availableNumberOperations(world: World): Operation[] {
  return [
    {
      name: 'availablePhoneNumbers.list',
      method: 'get',
      path: '/2010-04-01/Accounts/:accountSid/AvailablePhoneNumbers/:country/Local.json',
      query: [...pageParams, ...searchFilters],
      handle(call) {
        const country = call.params.country ?? ''
        const path = `/2010-04-01/Accounts/${accountSid}/AvailablePhoneNumbers/${country}/Local.json`
        if (country !== 'US' && country !== 'CA') throw notFound(path)
        const rows = search(world, country, call)
        const sidOf = ({ number }: Hit) => number
        return pageOf({ key: 'available_phone_numbers', path, rows, sidOf, itemOf, call })
      },
    },
  ]
}

interface Hit {
  area: Area
  number: string
}

function search(world: World, country: string, { query }: Call): Hit[] {
  const wanted = searchOf(query)
  const owned = new Set(world.state.twilio.numbers.map((number) => number.phone_number))
  return stockedAreas(world)
    .filter((area) => area.country === country && wanted.area(area))
    .flatMap((area) =>
      numbersOf(area)
        .filter((number) => !owned.has(number) && wanted.number.test(number))
        .map((number) => ({ area, number })),
    )
}

function itemOf({ area, number: phoneNumber }: Hit): unknown {
  return {
    friendly_name: nationalFormat(phoneNumber),
    phone_number: phoneNumber,
    lata: area.lata,
    locality: area.locality,
    rate_center: rateCenterOf(area),
    latitude: area.latitude,
    longitude: area.longitude,
    region: area.region,
    postal_code: area.postalCode,
    iso_country: area.country,
    address_requirements: addressRequirements,
    beta: false,
    capabilities,
  }
}
