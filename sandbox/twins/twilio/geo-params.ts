import { areaOfCode } from './inventory.ts'

/**
 * Where a number is, as webhooks tell it: `<prefix>City`, `State`, `Zip` and `Country`; all empty
 * for numbers outside the known area codes.
 */
export function geoParams(prefix: string, phoneNumber: string): Record<string, string> {
  const area = areaOfCode(/^\+1(\d{3})\d{7}$/.exec(phoneNumber)?.[1])
  return {
    [`${prefix}City`]: area?.locality?.toUpperCase() ?? '',
    [`${prefix}State`]: area?.region ?? '',
    [`${prefix}Zip`]: area?.postalCode?.replaceAll(' ', '') ?? '',
    [`${prefix}Country`]: area?.country ?? '',
  }
}
