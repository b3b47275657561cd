import { type Country, checkAreaCode } from '../../../src/telephony/area-codes.ts'
import type { World } from '../core/world.ts'

/** An area code, and where it is as far as that is known. */
export interface Area {
  code: string
  country: Country
  region: string
  lata: string | null
  locality: string | null
  postalCode: string | null
  latitude: string | null
  longitude: string | null
}

/** The area codes that have numbers from the start: +1 <code> 555 2000 to 6999 each. */
const areas: readonly Area[] = [
  {
    code: '604',
    country: 'CA',
    region: 'BC',
    lata: '888',
    locality: 'Vancouver',
    postalCode: 'V6B 1A1',
    latitude: '49.282700',
    longitude: '-123.120700',
  },
  {
    code: '778',
    country: 'CA',
    region: 'BC',
    lata: '888',
    locality: 'Surrey',
    postalCode: 'V3T 1V8',
    latitude: '49.191300',
    longitude: '-122.849000',
  },
  {
    code: '212',
    country: 'US',
    region: 'NY',
    lata: '132',
    locality: 'New York',
    postalCode: '10001',
    latitude: '40.750600',
    longitude: '-73.997200',
  },
  {
    code: '415',
    country: 'US',
    region: 'CA',
    lata: '722',
    locality: 'San Francisco',
    postalCode: '94103',
    latitude: '37.772600',
    longitude: '-122.409900',
  },
  {
    code: '305',
    country: 'US',
    region: 'FL',
    lata: '460',
    locality: 'Miami',
    postalCode: '33101',
    latitude: '25.779100',
    longitude: '-80.197800',
  },
]

const firstLine = 2000
const usualStock = 5000

/** The lines that an area code has for its numbers. */
export const maxStock = 8000

/** An area with as many numbers as it has at the moment. */
export interface StockedArea extends Area {
  count: number
}

/** Everywhere that may have numbers: the known areas, and those that were given stock. */
export function stockedAreas({ state }: World): StockedArea[] {
  const { stock } = state.twilio
  const others = Object.keys(stock).filter((code) => areaOfCode(code) === undefined)
  return [...areas, ...others.map(elsewhere)].map((area) => {
    return { ...area, count: stock[area.code] ?? usualStock }
  })
}

/** An area of which no more is known than where it is. */
function elsewhere(code: string): Area {
  const check = checkAreaCode(code)
  if (!check.ok) throw new Error(check.detail)
  const { country, region } = check.areaCode
  return {
    code,
    country,
    region,
    lata: null,
    locality: null,
    postalCode: null,
    latitude: null,
    longitude: null,
  }
}

/** All numbers of an area, free or not, in ascending order. */
export function numbersOf({ code, count }: StockedArea): string[] {
  return Array.from({ length: count }, (_, index) => `+1${code}555${firstLine + index}`)
}

/** Whether Twilio has this number, free or not. */
export function isStock(world: World, phoneNumber: string): boolean {
  const [, code, line] = /^\+1(\d{3})555(\d{4})$/.exec(phoneNumber) ?? []
  const area = stockedAreas(world).find((each) => each.code === code)
  return area !== undefined && Number(line) >= firstLine && Number(line) < firstLine + area.count
}

/** What is known of a place by its area code. */
export function areaOfCode(code: string | undefined): Area | undefined {
  return areas.find((area) => area.code === code)
}
