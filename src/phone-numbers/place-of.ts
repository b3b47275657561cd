import { areaCodeOf } from '../telephony/area-codes.ts'
import { countryOf } from '../telephony/phone.ts'

/** Where a number is, by its digits alone; region and code are null outside of what area codes tell. */
export function placeOf(phoneNumber: string): {
  country: string
  region: string | null
  areaCode: string | null
} {
  const areaCode = areaCodeOf(phoneNumber)
  return {
    country: areaCode?.country ?? countryOf(phoneNumber),
    region: areaCode?.region ?? null,
    areaCode: areaCode?.code ?? null,
  }
}
