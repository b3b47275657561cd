import { parsePhoneNumberFromString } from 'libphonenumber-js'
import type { Operation } from '../core/operation.ts'
import type { Reply } from '../core/vendor-error.ts'
import type { World } from '../core/world.ts'
import { notFound } from '../twilio/errors.ts'
import { countryOfNumber, dollars, type Rates, ratesOf } from './rates.ts'

const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })

/** The Pricing API: what numbers, messages and minutes cost, which is what the twin charges. */
export function pricingOperations(world: World): Operation[] {
  return [
    byCountry('pricing.phoneNumbers.countries.fetch', '/v1/PhoneNumbers/Countries', (rates) => ({
      phone_number_prices: [{ number_type: 'local', ...priceOf(rates.number) }],
    })),
    byCountry('pricing.messaging.countries.fetch', '/v1/Messaging/Countries', (rates) => ({
      outbound_sms_prices: [
        { carrier: 'Other', mcc: '000', mnc: '000', prices: [local(rates.smsOut)] },
      ],
      inbound_sms_prices: [local(rates.smsIn)],
    })),
    byCountry('pricing.voice.countries.fetch', '/v2/Voice/Countries', (rates, name) => ({
      outbound_prefix_prices: [
        {
          destination_prefixes: [],
          origination_prefixes: ['ALL'],
          friendly_name: `Programmable Outbound Minute - ${name}`,
          ...priceOf(rates.callOut),
        },
      ],
      inbound_call_prices: [local(rates.callIn)],
    })),
    {
      name: 'pricing.voice.numbers.fetch',
      method: 'get',
      path: '/v2/Voice/Numbers/:number',
      query: ['OriginationNumber'],
      handle: ({ params, query }) =>
        priceOfNumber(world, params.number ?? '', query.OriginationNumber),
    },
  ]
}

function byCountry(
  name: string,
  base: string,
  prices: (rates: Rates, country: string) => object,
): Operation {
  return {
    name,
    method: 'get',
    path: `${base}/:country`,
    handle({ params }) {
      const { country: code = '' } = params
      const country = /^[A-Z]{2}$/.test(code) ? names.of(code) : undefined
      if (country === undefined) throw notFound(`${base}/${code}`)
      const body = {
        country,
        iso_country: code,
        ...prices(ratesOf(code), country),
        price_unit: 'USD',
        url: `https://pricing.twilio.com${base}/${code}`,
      }
      return { status: 200, body }
    },
  }
}

const noPrice = { number_type: null, base_price: null, current_price: null }

/** What a call to a number costs; to receive one, where the number is the account's own. */
function priceOfNumber(world: World, number: string, origin: string | undefined): Reply {
  const path = `/v2/Voice/Numbers/${number}`
  if (parsePhoneNumberFromString(number) === undefined) throw notFound(path)
  const code = countryOfNumber(number)
  const rates = ratesOf(code)
  const owned = world.state.twilio.numbers.some((each) => each.phone_number === number)
  const body = {
    destination_number: number,
    origination_number: origin ?? null,
    country: names.of(code),
    iso_country: code,
    outbound_call_prices: [{ origination_prefixes: ['ALL'], ...priceOf(rates.callOut) }],
    inbound_call_price: owned ? local(rates.callIn) : noPrice,
    price_unit: 'USD',
    url: `https://pricing.twilio.com${path}`,
  }
  return { status: 200, body }
}

function local(micros: number): object {
  return { number_type: 'local', ...priceOf(micros) }
}

function priceOf(micros: number): object {
  return { base_price: dollars(micros), current_price: dollars(micros) }
}
