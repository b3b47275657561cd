import type { Infrastructure } from '../../infrastructure/infrastructure.ts'
import type { Module } from '../../infrastructure/module.ts'
import { tokenHashOf } from '../../phone-numbers/imports/token-hash.ts'
import { createProofRoutes } from './proof.ts'
import { createWatchAddress } from './watch-address.ts'

/** How often a server asks whether PUBLIC_URL leads to it. */
const INTERVAL_MS = 30_000

/** Whether the address that carriers are given leads to this deployment. */
export function createAddress(infrastructure: Infrastructure) {
  const { log } = infrastructure
  const watchAddress = createWatchAddress({
    ...infrastructure,
    tokenHash: tokenHashOf(infrastructure.config.twilio),
    log: log.child({ name: 'address' }),
  })
  return {
    watchAddress,
    routes: createProofRoutes(infrastructure),
    loops: [{ name: 'address', intervalMs: INTERVAL_MS, tick: watchAddress }],
  } satisfies Module & Record<string, unknown>
}
