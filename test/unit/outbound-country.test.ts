import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/config.ts'
import { destinationCountry, isCountry } from '../../src/telephony/destination.ts'
import { exampleSettings } from '../support/settings.ts'

describe('destinationCountry', () => {
  test.each([
    ['+16045550123', 'CA'],
    ['+12065550123', 'US'],
    ['+18005550123', 'US'],
    ['+18765550123', 'JM'],
    ['+18095550123', 'DO'],
    ['+12425550123', 'BS'],
    ['+12685550123', 'AG'],
    ['+17875550123', 'PR'],
    ['+16715550123', 'GU'],
    ['+442079460000', 'GB'],
    ['+77012345678', 'KZ'],
  ])('given %s: is %s', (number, country) => {
    expect(destinationCountry(number)).toBe(country)
  })

  test.each([
    ['an area code nobody has', '+19995550123'],
    ['a satellite', '+881612345678'],
    ['an international freephone number', '+80012345678'],
  ])('given %s (%s): is not known', (_sort, number) => {
    expect(destinationCountry(number)).toBeNull()
  })
})

describe('isCountry', () => {
  test.each([
    ['US', true],
    ['GB', true],
    ['us', false],
    ['XX', false],
    ['USA', false],
    ['', false],
    ['constructor', false],
    ['__proto__', false],
  ])('given "%s": is %s', (code, expected) => {
    expect(isCountry(code)).toBe(expected)
  })
})

describe('OUTBOUND_COUNTRIES', () => {
  const countriesOf = (value: string) =>
    parseConfig({ ...exampleSettings, OUTBOUND_COUNTRIES: value }).spending.countries

  test.each([
    ['', ['US', 'CA']],
    ['GB', ['GB']],
    [' us, CA ,us', ['US', 'CA']],
  ])('given as "%s": is %j', (value, countries) => {
    expect(countriesOf(value)).toEqual(countries)
  })

  test.each(['USA', 'US,', 'US;CA', '*', 'US,XX'])('given as "%s": is refused', (value) => {
    expect(() => countriesOf(value)).toThrow(/OUTBOUND_COUNTRIES: must be countries/)
  })
})
