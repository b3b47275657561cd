/** An area code with stock, and where it is. */
export interface Area {
  code: string
  country: 'CA' | 'US'
  region: string
  lata: string
  locality: string
  postalCode: string
  latitude: string
  longitude: string
}

/** The area codes that have numbers: +1 <code> 555 2000 to 6999 each. */
export const areas: readonly Area[] = [
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
const lastLine = 6999

/** All numbers of an area, free or not, in ascending order. */
export function numbersOf(area: Area): string[] {
  const count = lastLine - firstLine + 1
  return Array.from({ length: count }, (_, index) => `+1${area.code}555${firstLine + index}`)
}

/** The area a number of the inventory belongs to; `undefined` for any other number. */
export function areaOfStock(phoneNumber: string): Area | undefined {
  const [, code, line] = /^\+1(\d{3})555(\d{4})$/.exec(phoneNumber) ?? []
  if (Number(line) < firstLine || Number(line) > lastLine) return undefined
  return areaOfCode(code)
}

/** The area that has this code, if it has stock. */
export function areaOfCode(code: string | undefined): Area | undefined {
  return areas.find((area) => area.code === code)
}
