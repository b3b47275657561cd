import { flagOf } from './choices.ts'
import { twilioError } from './errors.ts'
import type { Area } from './inventory.ts'
import { containsPattern } from './number-pattern.ts'

/** What every number of the twin can do. */
export const capabilities = { voice: true, sms: true, mms: true, fax: false }

/** Whose address the owner of a number needs: nobody's. */
export const addressRequirements: string = 'none'

type Filter = (area: Area, value: string) => boolean

const can = (channel: keyof typeof capabilities): Filter => {
  return (_area, value) => capabilities[channel] === (value === 'true')
}
const isIn = (placeOf: (area: Area) => string | null): Filter => {
  return (area, value) => placeOf(area)?.toLowerCase() === value.toLowerCase()
}
const without = (...excluded: string[]): Filter => {
  return (_area, value) => value !== 'true' || !excluded.includes(addressRequirements)
}

/** By what all numbers of an area have in common. */
const filters: Record<string, Filter> = {
  AreaCode: (area, value) => area.code === value,
  VoiceEnabled: can('voice'),
  SmsEnabled: can('sms'),
  MmsEnabled: can('mms'),
  FaxEnabled: can('fax'),
  ExcludeAllAddressRequired: without('any', 'local', 'foreign'),
  ExcludeLocalAddressRequired: without('local'),
  ExcludeForeignAddressRequired: without('foreign'),
  InRegion: isIn((area) => area.region),
  InLocality: isIn((area) => area.locality),
  InLata: isIn((area) => area.lata),
  InRateCenter: isIn(rateCenterOf),
  InPostalCode: isIn((area) => area.postalCode),
}

const flags = Object.keys(filters).filter((name) => /Enabled$|Required$/.test(name))

/** What a search may ask for; what a number is near to is not known here. */
export const searchFilters = [...Object.keys(filters), 'Contains']

/**
 * The tests for a search: of an area, and of a number in it. An empty value is the same as none.
 * Throws 21451 for what is no area code, 20001 for a pattern or a flag that is none.
 */
export function searchOf(query: Record<string, string>): {
  area: (area: Area) => boolean
  number: RegExp
} {
  const { AreaCode: code = '', Contains: contains = '' } = query
  if (code !== '' && !/^[2-9]\d{2}$/.test(code)) {
    throw twilioError(400, 21451, `AreaCode is not valid: ${code}`)
  }
  for (const name of flags) if (query[name]) flagOf(name, query[name])
  return {
    area: (area) =>
      Object.entries(filters).every(([name, fits]) => !query[name] || fits(area, query[name])),
    number: contains === '' ? /^/ : containsPattern(contains),
  }
}

/** Where carriers rate the calls of an area. */
export function rateCenterOf({ locality }: Area): string | null {
  return locality?.toUpperCase() ?? null
}
