import { setTimeout as sleep } from 'node:timers/promises'
import { startWith } from './start-with.ts'

/** Longer than an order's lease, and than a busy machine takes to go on with it. */
const STALL_MS = 5_500

// The first of two servers on one database; its webhooks' address is its own.
let stalls = process.env.PUBLIC_URL?.endsWith(`:${process.env.PORT}`)

/** The first server stands still once, with the answer to a search in its hands. */
await startWith((real) => ({
  ...real,
  async searchNumbers(query) {
    const found = await real.searchNumbers(query)
    if (stalls) {
      stalls = false
      await sleep(STALL_MS)
    }
    return found
  },
}))
