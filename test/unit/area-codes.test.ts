import { describe, expect, it } from 'vitest'
import { areaCodeOf, areaCodesOfRegion, checkAreaCode } from '../../src/telephony/area-codes.ts'

describe('checkAreaCode', () => {
  it.each([
    ['empty', ''],
    ['blank', ' '],
    ['two digits', '60'],
    ['four digits', '6040'],
    ['letters', 'abc'],
    ['letters for digits', '6O4'],
    ['a leading 0', '044'],
    ['a leading 1', '123'],
    ['a plus sign', '+60'],
    ['a fraction', '6.4'],
    ['spaces around', ' 604 '],
    ['a newline after', '604\n'],
    ['Arabic-Indic digits', '٦٠٤'],
    ['full-width digits', '６０４'],
    ['the key of an object', 'constructor'],
  ])('given %s: says it is invalid, quoting it', (_, code) => {
    expect(checkAreaCode(code)).toEqual({
      ok: false,
      problem: 'area_code_invalid',
      detail: expect.stringContaining(JSON.stringify(code)),
    })
  })

  it.each(['211', '311', '411', '511', '611', '711', '811', '911'])(
    'given the service code %s: says it is invalid',
    (code) => {
      expect(checkAreaCode(code)).toEqual({
        ok: false,
        problem: 'area_code_invalid',
        detail: expect.stringContaining(`"${code}" is a service code`),
      })
    },
  )

  it.each(['800', '822', '833', '844', '855', '866', '877', '888'])(
    'given the toll-free code %s: says it is not supported and why',
    (code) => {
      expect(checkAreaCode(code)).toEqual({
        ok: false,
        problem: 'area_code_not_supported',
        detail: expect.stringContaining(`"${code}" is toll-free`),
      })
    },
  )

  it.each([
    [
      'of a Caribbean country',
      '242 246 264 268 284 345 441 473 649 658 664 721 758 767 784 809 876',
    ],
    ['of a US territory', '340 670 671 684 787 939'],
    ['without a region', '500 522 544 588 600 622 633 700 710 900'],
    ['not in service', '222 273 387 555 592 922 999'],
  ])('given codes %s: says they are not supported', (_, codes) => {
    for (const code of codes.split(' ')) {
      expect(checkAreaCode(code)).toEqual({
        ok: false,
        problem: 'area_code_not_supported',
        detail: `Area code "${code}" is not in service in a US state, DC or a Canadian province; send the area code of a US state, DC or a Canadian province, such as "212" or "604".`,
      })
    }
  })

  it('given a long text: quotes its beginning only', () => {
    const check = checkAreaCode('6'.repeat(10_000))

    expect(check).toMatchObject({ detail: expect.stringContaining('"666666666666…"') })
    expect(JSON.stringify(check).length).toBeLessThan(300)
  })
})

describe('areaCodesOfRegion', () => {
  it('given a region with overlays: lists all its codes in order', () => {
    expect(areaCodesOfRegion('CA', 'BC')).toEqual(['236', '250', '257', '604', '672', '778'])
  })

  it.each([
    ['US', 'CA', 41],
    ['US', 'FL', 23],
    ['US', 'NY', 23],
    ['US', 'TX', 29],
  ] as const)(
    'given %s %s of several rows: lists its %i codes in order',
    (country, region, count) => {
      const codes = areaCodesOfRegion(country, region)

      expect(codes).toHaveLength(count)
      expect(codes).toEqual([...codes].sort())
    },
  )

  it('given regions that share a code: lists it for each of them', () => {
    expect(areaCodesOfRegion('CA', 'PE')).toEqual(areaCodesOfRegion('CA', 'NS'))
    expect(areaCodesOfRegion('CA', 'YT')).toEqual(['867'])
    expect(areaCodesOfRegion('CA', 'NU')).toEqual(['867'])
  })

  it('given a region of the other country, or none: lists nothing', () => {
    expect(areaCodesOfRegion('US', 'BC')).toEqual([])
    expect(areaCodesOfRegion('US', 'PR')).toEqual([])
    expect(areaCodesOfRegion('CA', '')).toEqual([])
  })

  it('given a caller that changes its answer: answers the next one unchanged', () => {
    areaCodesOfRegion('US', 'VT').push('999')

    expect(areaCodesOfRegion('US', 'VT')).toEqual(['802'])
  })
})

describe('areaCodeOf', () => {
  it('given a Canadian and an American number: answers where they are', () => {
    expect(areaCodeOf('+16045550123')).toEqual({ code: '604', country: 'CA', region: 'BC' })
    expect(areaCodeOf('+12125550123')).toEqual({ code: '212', country: 'US', region: 'NY' })
  })

  it.each([
    ['toll-free', '+18005550123'],
    ['Jamaican', '+18765550123'],
    ['British', '+442079460000'],
    ['incomplete', '+1604'],
    ['too long', '+160455501234'],
    ['national', '6045550123'],
    ['a short code', '12345'],
    ['a SIP address', 'sip:+16045550123@example.com'],
    ['empty', ''],
  ])('given a number that is %s: answers undefined', (_, number) => {
    expect(areaCodeOf(number)).toBeUndefined()
  })
})
