import { expect, test } from 'vitest'
import type { Billing, CarrierCharge } from '../../src/carriers/ports/billing.ts'
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
