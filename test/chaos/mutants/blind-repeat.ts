import { CarrierError } from '../../../src/carriers/ports.ts'
import { startWith } from './start-with.ts'

await startWith((real) => ({
  ...real,
  async buyNumber(purchase) {
    try {
      return await real.buyNumber(purchase)
    } catch (error) {
      if (error instanceof CarrierError && error.outcomeUnknown) return real.buyNumber(purchase)
      throw error
    }
  },
}))
