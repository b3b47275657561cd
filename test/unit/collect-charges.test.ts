import { expect, test } from 'vitest'
import type { Billing, CarrierCharge } from '../../src/carriers/ports.ts'
import { createLogger } from '../../src/platform/logger.ts'
import type { ChargeStore } from '../../src/usage/charge-store.ts'
import { createCollectCharges } from '../../src/usage/collect-charges.ts'

test('a leg, listed pages before its call, is recorded after it', async () => {
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
  async function* pages() {
    yield [charge('leg', 'call'), charge('other', null)]
    yield [charge('call', null)]
  }
  async function* none() {}
  const recorded: string[] = []
  const store = {
    due: async () => ({ list_from: new Date(), list_to: '', countries: [] }),
    record: async (charges: CarrierCharge[]) => {
      recorded.push(...charges.map(({ sid }) => sid))
      return { recorded: charges.length }
    },
    recordListed: async () => ({}),
    recordNumberPrices: async () => ({}),
  } satisfies ChargeStore
  const billing = {
    listMessageCharges: none,
    listCallCharges: pages,
  } as Partial<Billing> as Billing
  const collect = createCollectCharges({
    billing,
    store,
    log: createLogger({ level: 'silent', secrets: [] }),
  })

  await collect(new AbortController().signal, {})

  expect(recorded).toEqual(['other', 'call', 'leg'])
})
