import { describe, expect, test } from 'vitest'
import { CallItem, Countries, MessageItem } from '../../src/carriers/twilio/billing-replies.ts'
import { MonthInput, monthOf } from '../../src/usage/month.ts'
import { Usage } from '../../src/usage/usage.ts'
import { usageCsv, usageOfAllCsv } from '../../src/usage/usage-csv.ts'

const message = {
  sid: 'SM1',
  direction: 'outbound-api',
  from: '+16045550100',
  to: '+16045558801',
  status: 'delivered',
  numSegments: '2',
  dateSent: new Date('2026-11-21T10:00:00Z'),
  price: '-0.01660',
  priceUnit: 'USD',
}
const call = {
  sid: 'CA1',
  parentCallSid: null,
  direction: 'inbound',
  from: '+16045558801',
  to: '+16045550100',
  status: 'completed',
  duration: '61',
  startTime: new Date('2026-11-21T10:00:00Z'),
  price: null,
  priceUnit: 'USD',
}

describe('charges of the carrier', () => {
  test.each([
    ['a charge', '-0.01660', 'USD', 16_600],
    ['one in small letters', '-0.00750', 'usd', 7_500],
    ['nothing', '0.00000', 'USD', 0],
    ['a credit', '0.01000', 'USD', -10_000],
    ['no price yet', null, 'USD', null],
    ['another currency', '-0.01660', 'EUR', null],
    ['nonsense', 'free', 'USD', null],
  ])('a price that is %s, read, is in micro-dollars or not known', (_name, price, unit, micros) => {
    expect(MessageItem.parse({ ...message, price, priceUnit: unit })?.price).toBe(micros)
  })

  test('a text, read, counts its segments; one that failed costs nothing, one not sent is none', () => {
    expect(MessageItem.parse(message)).toMatchObject({
      kind: 'message',
      direction: 'outbound',
      isCounted: true,
      units: 2,
    })
    const failed = MessageItem.parse({ ...message, status: 'failed', price: null })
    expect(failed).toMatchObject({ isCounted: false, units: 0, price: 0 })
    expect(MessageItem.parse({ ...message, dateSent: null })).toBeNull()
  })

  test('a call, read, counts the minutes begun; a leg of another is no call of its own', () => {
    expect(CallItem.parse(call)).toMatchObject({ isCounted: true, units: 2, price: null })
    expect(CallItem.parse({ ...call, duration: '0' })).toMatchObject({ units: 1 })
    expect(CallItem.parse({ ...call, parentCallSid: 'CA0' })).toMatchObject({ isCounted: false })
    const busy = CallItem.parse({ ...call, status: 'busy', duration: null })
    expect(busy).toMatchObject({ isCounted: false, units: 0, price: 0 })
  })

  test('prices of numbers, of which one kind is not sold, are those of the others', () => {
    const phoneNumberPrices = [{ numberType: 'local', currentPrice: '1.15' }]
    const read = (priceUnit: string) => Countries.parse({ phoneNumberPrices, priceUnit })
    expect(read('USD')).toEqual({ local: 1_150_000, tollFree: null })
    expect(read('EUR')).toEqual({ local: null, tollFree: null })
  })
})

describe('a month', () => {
  test.each([
    ['2026-11', '2026-11-01T00:00:00.000Z', '2026-12-01T00:00:00.000Z'],
    ['2026-12', '2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
    ['2028-02', '2028-02-01T00:00:00.000Z', '2028-03-01T00:00:00.000Z'],
  ])('%s, asked for, is that of UTC', (name, from, to) => {
    expect(monthOf(name, new Date(0))).toEqual({ name, from, to })
  })

  test('none asked for, at the last moment of a year, is still that one', () => {
    expect(monthOf(undefined, new Date('2026-12-31T23:59:59.999Z')).name).toBe('2026-12')
  })

  test.each(['2026-13', '2026-00', '2026-1', '26-11', '0000-01', '2026-11-01', '', ' 2026-11'])(
    '"%s", which is none, is refused',
    (name) => {
      expect(MonthInput.safeParse(name).success).toBe(false)
    },
  )
})

describe('a month as CSV', () => {
  const usage = Usage.parse({
    numbers: { held: 1, cost: 1_000_000, estimated: false },
    messages: { in: 1, out: 2, segments: 3, cost: 25_101, estimated: true },
    calls: { in: 0, out: 0, minutes: 0, cost: 0, agent_cost: 7, estimated: false },
    text_replies: { conversations: 2, cost: 30, estimated: false },
    total: 1_025_138,
    estimated: true,
  })
  const figures = '1,1.000000,1,2,3,0.025101,0,0,0,0.000000,0.000007,2,0.000030,1.025138,true'

  test('of one organization, is a header and a line with exact dollars', () => {
    const [header, line, end] = usageCsv('2026-11', 'id-1', usage).split('\r\n')
    expect(header?.split(',')).toHaveLength(line?.split(',').length ?? 0)
    expect([line, end]).toEqual([`2026-11,id-1,"",${figures}`, ''])
  })

  test('of all, keeps names that hold quotes or look like formulas, and ends with the idle stock', () => {
    const named = (organization_name: string) => ({
      ...usage,
      organization_id: crypto.randomUUID(),
      organization_name,
    })
    const organizations = [named('Ada "A" Autos, Inc.'), named('=1+1')]
    const csv = usageOfAllCsv('2026-11', organizations, usage)
    expect(csv).toContain(',"Ada ""A"" Autos, Inc.",')
    expect(csv).toContain(`,"'=1+1",`)
    expect(csv.trimEnd().split('\r\n').at(-1)).toBe(`2026-11,,"(idle)",${figures}`)
  })
})
