import { describe, expect, test } from 'vitest'
import { canBeCalled, isEmergencyNumber, isPremiumNumber } from '../../src/telephony/destination.ts'

describe('isPremiumNumber', () => {
  test.each([
    ['North American 900', '+19005551234'],
    ['North American 900, with an exchange nobody has', '+19001234567'],
    ['the 976 exchange', '+16049761234'],
    ['the 976 exchange of another area code', '+12129761234'],
    ['a ship', '+870773111632'],
    ['a satellite', '+881612345678'],
    ['an international network', '+882161234567'],
    ['another international network', '+883510012345'],
    ['international shared cost', '+80812345678'],
    ['international premium rate', '+979123456789'],
    ['British premium rate', '+449012345678'],
    ['French premium rate', '+33899123456'],
    ['British shared cost', '+448431234567'],
  ])('given %s (%s): is so', async (_sort, number) => {
    expect(await isPremiumNumber(number)).toBe(true)
  })

  test.each([
    '+16045550123',
    '+18005550199',
    '+16045559760',
    '+19765550123',
    '+442079460000',
    '+8801712345678',
    '+886223456789',
  ])('given the ordinary number %s: is not so', async (number) => {
    expect(await isPremiumNumber(number)).toBe(false)
  })
})

describe('canBeCalled', () => {
  test.each([
    ['a placeholder for a withheld caller id', '+86282452253'],
    ['another placeholder', '+266696687'],
    ['a service code as area code', '+19119119111'],
    ['another service code as area code', '+14115550123'],
    ['an area code that begins with 1', '+11235550123'],
    ['an exchange that begins with 0', '+16040550123'],
    ['an area code nobody has', '+19995550123'],
    ['outside of the British plan', '+440000000000'],
  ])('given %s (%s): is not so', (_sort, number) => {
    expect(canBeCalled(number)).toBe(false)
  })

  test.each(['+16045550123', '+442079460000', '+8613812345678', '+883510012345'])(
    'given %s: is so',
    (number) => {
      expect(canBeCalled(number)).toBe(true)
    },
  )
})

describe('isEmergencyNumber', () => {
  test.each(['911', '112', ' 999 '])('given %j: is so', (input) => {
    expect(isEmergencyNumber(input)).toBe(true)
  })

  test.each(['+16045559110', '9112', '91'])('given %j: is not so', (input) => {
    expect(isEmergencyNumber(input)).toBe(false)
  })
})
