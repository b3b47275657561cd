import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { effects } from '../support/effects.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem, wrongParts } from '../support/problems.ts'
import { ADMIN, aUser, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

/** What is no area code to buy under, by its sort. */
const refused: [sort: string, code: unknown, problem: string][] = [
  ['two digits', '60', 'area_code_invalid'],
  ['four digits', '6045', 'area_code_invalid'],
  ['letters', 'abc', 'area_code_invalid'],
  ['letters that look like digits', '6O4', 'area_code_invalid'],
  ['a sign and two digits', '+60', 'area_code_invalid'],
  ['a whole number', '+16045552010', 'area_code_invalid'],
  ['a leading zero', '044', 'area_code_invalid'],
  ['a leading one', '123', 'area_code_invalid'],
  ['911', '911', 'area_code_invalid'],
  ['another N11 code', '411', 'area_code_invalid'],
  ['Arabic digits', '٦٠٤', 'area_code_invalid'],
  ['full-width digits', '６０４', 'area_code_invalid'],
  ['toll-free 800', '800', 'area_code_not_supported'],
  ['toll-free 888', '888', 'area_code_not_supported'],
  ['a toll-free code still reserved', '822', 'area_code_not_supported'],
  ['Jamaica', '876', 'area_code_not_supported'],
  ['the Bahamas', '242', 'area_code_not_supported'],
  ['premium rate', '900', 'area_code_not_supported'],
  ['a code that is not assigned', '999', 'area_code_not_supported'],
  ['a JSON number', 604, 'validation_failed'],
  ['a JSON boolean', true, 'validation_failed'],
]

const mismatched: [string, string, string][] = [
  ['Vancouver', '604', 'US'],
  ['Toronto', '416', 'US'],
  ['New York', '212', 'CA'],
]

const absent: [string, string | undefined][] = [
  ['absent', undefined],
  ['empty', ''],
  ['blank', '   '],
]

describe('area code', () => {
  let world: World
  let organizationId: string
  beforeAll(async () => {
    world = await startWorld()
    organizationId = (await signUp(world, { provisionPhone: false })).organization.id
  })
  afterAll(() => stopWithCleanLogs(world))

  /** The two requests that take an area code, each under its own field. */
  const askers = {
    'sign-up': {
      field: 'preferredAreaCode',
      async ask(code: unknown, country?: string) {
        const { token } = await aUser(world)
        const body = {
          name: 'Area Motors',
          email: 'a@example.com',
          preferredAreaCode: code,
          country,
        }
        return request(world.origin, 'POST', '/api/auth/organizations', { token, body })
      },
    },
    purchase: {
      field: 'areaCode',
      ask: (code: unknown, country?: string) =>
        request(
          world.origin,
          'POST',
          `/api/admin/organizations/${organizationId}/phone-numbers/purchase`,
          {
            token: ADMIN,
            body: { areaCode: code, country },
          },
        ),
    },
  }

  describe.each(['sign-up', 'purchase'] as const)('at %s', (name) => {
    test.each(refused)(
      '%s, sent as area code, is refused and nothing happens',
      async (_sort, code, problem) => {
        const before = await effects(world)

        const answer = await askers[name].ask(code)

        expectProblem(answer, 400, problem)
        expect(wrongParts(answer)).toEqual([`body.${askers[name].field}`])
        expect(await effects(world)).toEqual(before)
      },
    )

    test.each(mismatched)(
      'the code of %s, sent with the other country, is refused',
      async (_place, code, country) => {
        const before = await effects(world)

        const answer = await askers[name].ask(code, country)

        expectProblem(answer, 400, 'area_code_not_supported')
        expect(wrongParts(answer)).toEqual([`body.${askers[name].field}`])
        expect(answer.body.detail).toContain(code)
        expect(await effects(world)).toEqual(before)
      },
    )
  })

  test.each(absent)(
    'an area code, %s at sign-up, means any number of the United States',
    async (_circumstance, code) => {
      const { answer, organization } = await signUp(world, { preferredAreaCode: code })

      expect(answer.status).toBe(201)
      expect(organization).toMatchObject({ requestedAreaCode: null, phoneNumberStatus: 'active' })
      expect(['212', '415', '305']).toContain(organization.areaCode)
    },
  )

  test.each(absent)(
    'an area code, %s at a purchase for Canada, means any Canadian number',
    async (_circumstance, code) => {
      const answer = await askers.purchase.ask(code, 'CA')

      expect(answer.status).toBe(201)
      expect(answer.body.phoneNumber).toMatch(/^\+1(604|778)/)
    },
  )

  test('an area code, with the country it is in, is taken', async () => {
    const { answer, organization } = await signUp(world, {
      preferredAreaCode: '778',
      country: 'CA',
    })

    expect(answer.status).toBe(201)
    expect(organization).toMatchObject({ requestedAreaCode: '778', areaCode: '778' })
  })
})
