import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  OrganizationView,
  presentOrganization,
  slugify,
} from '../../src/organizations/organization.ts'
import { PhoneNumberStatus } from '../../src/phone-numbers/phone-number.ts'
import { organizationWith } from '../support/organizations.ts'

const TRIED_AGAIN = 'A carrier has not done its part yet; it is tried again by itself'
const LEFT_TO_OPERATORS =
  'The number could not be set up, and the operators of this server have been told'

describe('slugify', () => {
  test.each([
    ['Premium Auto Sales', 'premium-auto-sales'],
    ['  Bob’s Cars & Trucks!  ', 'bob-s-cars-trucks'],
    ['Café Montréal', 'cafe-montreal'],
    ['Łódź Motors', 'lodz-motors'],
    ['Straße 7', 'strasse-7'],
    ['Smørrebrød Æ', 'smorrebrod-ae'],
    ['A---B', 'a-b'],
    ['ＡＢＣ １２３', 'abc-123'],
    ['日本', ''],
    ['🚗', ''],
    ['', ''],
  ])('given %j: makes %j', (name, expected) => {
    const slug = slugify(name)

    expect(slug).toBe(expected)
  })

  test('given any name: is empty, or a slug that sign-up accepts', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[A-Z -]*$/)),
        (name) => {
          const slug = slugify(name)

          expect(slug).toMatch(/^([a-z0-9]+(-[a-z0-9]+)*)?$/)
          expect(slug.length).toBeLessThanOrEqual(63)
          expect(slugify(slug)).toBe(slug)
        },
      ),
    )
  })

  test('given a long name that would end in a hyphen: cuts that off too', () => {
    const slug = slugify(`${'a'.repeat(62)} cars`)

    expect(slug).toBe('a'.repeat(62))
  })
})

describe('presentOrganization', () => {
  test.each([
    ['assigned', 'active', true],
    ['purchasing', 'pending', false],
    ['purchased', 'pending', false],
    ['imported', 'pending', false],
    ['configured', 'pending', false],
    ['quarantined', 'inactive', false],
    ['released', 'released', false],
    ['failed', 'none', false],
  ] as const)('with a number that is %s: shows %s, ready %s', (status, line, isReady) => {
    const view = presentOrganization(organizationWith({ phone: { status } }))

    expect(view).toMatchObject({ phoneNumberStatus: line, readyToUse: isReady })
  })

  test('with a live number, suspended: is not ready', () => {
    const organization = { ...organizationWith({ phone: {} }), status: 'suspended' as const }

    const view = presentOrganization(organization)

    expect(view).toMatchObject({ status: 'suspended', readyToUse: false })
  })

  test('with a live number that is not outside as it is to be: is not ready', () => {
    const view = presentOrganization(organizationWith({ phone: { verified: false } }))

    expect(view).toMatchObject({ phoneNumberStatus: 'active', readyToUse: false })
  })

  test('without a number and without an order: shows none', () => {
    const view = presentOrganization(organizationWith({}))

    expect(view).toMatchObject({
      phoneNumber: null,
      phoneNumberStatus: 'none',
      phoneNumberPurchased: null,
      readyToUse: false,
      requiresElevenLabsImport: false,
      phoneNumberError: null,
      requestedAreaCode: null,
      areaCode: null,
    })
  })

  test.each([
    ['running', 'choose', 'pending', TRIED_AGAIN, false],
    ['running', 'import', 'pending', TRIED_AGAIN, false],
    ['needs_attention', 'import', 'pending', LEFT_TO_OPERATORS, true],
    ['needs_attention', 'buy', 'pending', LEFT_TO_OPERATORS, false],
    ['canceled', 'choose', 'none', null, false],
    ['canceled', 'import', 'none', null, false],
    ['done', 'done', 'none', null, false],
  ])(
    'without a number, its order %s at %s: shows %s, error %j, manual import %s',
    (status, step, line, error, manual) => {
      const order = { status, step, last_error: 'Twilio is away' }

      const view = presentOrganization(organizationWith({ order }))

      expect(view).toMatchObject({
        phoneNumberStatus: line,
        phoneNumberError: error,
        requiresElevenLabsImport: manual,
      })
    },
  )

  test('with a number that waits for its import: shows both', () => {
    const organization = organizationWith({
      phone: { status: 'purchased' },
      order: { status: 'needs_attention', step: 'import', last_error: 'manually' },
    })

    const view = presentOrganization(organization)

    expect(view).toMatchObject({
      phoneNumber: '+16045552000',
      phoneNumberStatus: 'pending',
      requiresElevenLabsImport: true,
      phoneNumberError: LEFT_TO_OPERATORS,
    })
  })

  test('with another area code than asked for: tells both', () => {
    const organization = organizationWith({
      phone: { area_code: '778' },
      order: { area_code: '604' },
    })

    const view = presentOrganization(organization)

    expect(view).toMatchObject({ requestedAreaCode: '604', areaCode: '778' })
  })

  test('with a number that was bought for it later: does not call it a sign-up purchase', () => {
    const view = presentOrganization(organizationWith({ phone: { cause: 'admin' } }))

    expect(view).toMatchObject({ phoneNumber: '+16045552000', phoneNumberPurchased: null })
  })

  test('in every state: fits the documented answer', () => {
    const views = PhoneNumberStatus.options.flatMap((status) =>
      ['running', 'needs_attention', 'done', 'canceled'].map((order) =>
        presentOrganization(organizationWith({ phone: { status }, order: { status: order } })),
      ),
    )

    for (const view of views) expect(OrganizationView.strict().parse(view)).toEqual(view)
  })
})
