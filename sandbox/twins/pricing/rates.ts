import { areaCodeOf } from '../../../src/telephony/area-codes.ts'
import { countryOf } from '../../../src/telephony/phone.ts'

/** What an account pays, in micro-dollars: messages a segment (with media: each), calls a minute. */
export interface Rates {
  /** A local number, a month. */
  number: number
  smsOut: number
  smsIn: number
  mmsOut: number
  mmsIn: number
  callOut: number
  callIn: number
}

/** The twin's own prices, in the order of Twilio's; no two of a country are the same. */
const byCountry: Record<string, Rates> = {
  US: {
    number: 1_000_000,
    smsOut: 8_300,
    smsIn: 7_900,
    mmsOut: 22_000,
    mmsIn: 16_500,
    callOut: 14_000,
    callIn: 8_500,
  },
  CA: {
    number: 1_000_000,
    smsOut: 8_700,
    smsIn: 7_700,
    mmsOut: 22_200,
    mmsIn: 16_700,
    callOut: 13_000,
    callIn: 9_000,
  },
}

const elsewhere: Rates = {
  number: 3_000_000,
  smsOut: 52_400,
  smsIn: 7_600,
  mmsOut: 54_000,
  mmsIn: 17_000,
  callOut: 160_000,
  callIn: 10_000,
}

/** The prices of a country (two letters); all but the US and Canada cost the same. */
export function ratesOf(country: string): Rates {
  return byCountry[country] ?? elsewhere
}

/** The country that a number belongs to, two letters. */
export function countryOfNumber(phoneNumber: string): string {
  return areaCodeOf(phoneNumber)?.country ?? countryOf(phoneNumber)
}

/** The prices of the country that a number belongs to. */
export function ratesOfNumber(phoneNumber: string): Rates {
  return ratesOf(countryOfNumber(phoneNumber))
}

/** Micro-dollars as Twilio writes a price: `0.00830`. */
export function dollars(micros: number): string {
  return (micros / 1_000_000).toFixed(5)
}
