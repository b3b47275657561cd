import { expect, test } from 'vitest'
import type { Billing, CarrierCharge } from '../../src/carriers/ports/billing.ts'
import { CarrierError } from '../../src/carriers/ports/carrier-error.ts'
import { createLogger } from '../../src/platform/logger.ts'
import type { ChargeStore } from '../../src/usage/charge-store.ts'
import { createCollectCharges } from '../../src/usage/collect-charges.ts'

const charge = (sid: string, parentSid: string | null): CarrierCharge => ({
  sid,
  kind: 'call',
  direction: 'inbound',
  from: '+16045550123',
  to: '+16045550124',
  happenedAt: new Date(),
  isCounted: parentSid === null,
  units: 1,
  price: null,
  parentSid,
})

/** What is recorded of these pages of calls, by the transactions it is recorded in. */
async function collected(pages: CarrierCharge[][]): Promise<string[][]> {
  async function* calls() {
    yield* pages
  }
  async function* none() {}
  const recorded: string[][] = []
  const store = {
    due: async () => ({ list_from: new Date(), list_to: '', countries: [] }),
    record: async (charges: CarrierCharge[]) => {
      recorded.push(charges.map(({ sid }) => sid))
      return { recorded: charges.length }
    },
    recordListed: async () => ({}),
    recordNumberPrices: async () => {},
  } satisfies ChargeStore
  const billing = {
    listMessageCharges: none,
    listCallCharges: calls,
  } as Partial<Billing> as Billing
  const collect = createCollectCharges({
    billing,
    store,
    log: createLogger({ level: 'silent', secrets: [] }),
  })

  await collect(new AbortController().signal, {})
  return recorded
}

test('a leg, listed pages before its call, is recorded with it', async () => {
  const recorded = await collected([
    [charge('leg', 'call'), charge('other', null), charge('of another list', 'earlier')],
    [charge('call', null)],
  ])

  expect(recorded).toEqual([['other'], ['call', 'leg'], ['of another list']])
})

test('legs, more than fit into one transaction, are recorded in several', async () => {
  const legs = Array.from({ length: 2_001 }, (_, n) => charge(`leg ${n}`, 'call'))

  const ofListed = await collected([legs, [charge('call', null)]])
  const ofEarlier = await collected([legs])

  expect(ofListed.map(({ length }) => length)).toEqual([1_000, 1_000, 2])
  expect(ofListed[0]?.[0]).toBe('call')
  expect(ofEarlier.map(({ length }) => length)).toEqual([1_000, 1_000, 1])
})

/** One turn with these carriers' answers: what was recorded, warned of, and whether it went to its end. */
async function turn(of: Partial<Billing>, countries: string[]) {
  async function* none() {}
  const done: string[] = []
  const warnings: unknown[] = []
  const store = {
    due: async () => ({ list_from: new Date(), list_to: 'now', countries }),
    record: async (charges: CarrierCharge[]) => {
      done.push(...charges.map(({ sid }) => sid))
      return { recorded: charges.length }
    },
    recordListed: async (to: string) => {
      done.push(`listed to ${to}`)
      return {}
    },
    recordNumberPrices: async (country: string) => void done.push(country),
  } satisfies ChargeStore
  const log = createLogger({ level: 'silent', secrets: [] })
  log.warn = (facts: unknown) => void warnings.push(facts)
  const billing = { listMessageCharges: none, listCallCharges: none, ...of } as Partial<Billing>
  const collect = createCollectCharges({ billing: billing as Billing, store, log })
  const state = await collect(new AbortController().signal, {}).catch((thrown: Error) => thrown)
  return { done, warnings, state }
}

const noPrices = { local: null, tollFree: null }

test('a charge that cannot be read, is named in the log, and holds up nothing', async () => {
  const { done, warnings, state } = await turn(
    {
      async *listCallCharges(_from, onUnreadable) {
        onUnreadable({ id: 'odd', phoneNumber: undefined, reason: 'no status' })
        onUnreadable({ id: 'odder', phoneNumber: undefined, reason: 'no direction' })
        yield [charge('one', null)]
      },
      getNumberPrices: async () => noPrices,
    },
    ['CA'],
  )

  expect(done).toEqual(['one', 'listed to now', 'CA'])
  expect(warnings).toEqual([{ count: 2, sids: ['odd', 'odder'], reason: 'no status' }])
  expect(state).toEqual({ pricedAt: expect.any(Number) })
})

test('a country whose prices cannot be read, keeps no other from its prices, and fails the turn', async () => {
  const unreadable = new CarrierError('twilio', 'countries.fetch', 'bad_reply', 'unreadable')

  const { done, state } = await turn(
    {
      getNumberPrices: async (country) => {
        if (country === 'CA') throw unreadable
        return noPrices
      },
    },
    ['CA', 'US'],
  )

  expect(done).toEqual(['listed to now', 'US'])
  expect(state).toBe(unreadable)
})

test('prices that Twilio denies for one country, keep no other from its prices, and fail the turn', async () => {
  const denied = new CarrierError('twilio', 'countries.fetch', 'denied', 'HTTP 401')

  const { done, state } = await turn(
    {
      getNumberPrices: async (country) => {
        if (country === 'CA') throw denied
        return noPrices
      },
    },
    ['CA', 'US'],
  )

  expect(done).toEqual(['listed to now', 'US'])
  expect(state).toBe(denied)
})

test('prices that Twilio refuses to our account, are asked for once', async () => {
  const asked: string[] = []

  await turn(
    {
      getNumberPrices: async (country) => {
        asked.push(country)
        throw new CarrierError('twilio', 'countries.fetch', 'account', 'HTTP 401')
      },
    },
    ['CA', 'US'],
  )

  expect(asked).toEqual(['CA'])
})
