import type { World } from './world.ts'

/** Orders, until when somebody is at them. */
export const FREED_ORDERS = `
  update orgline.number_orders set lease_until = clock_timestamp() where lease_until is not null`
/** Loops, likewise. */
export const FREED_LOOPS = `
  update orgline.leases set lease_until = clock_timestamp() where lease_until is not null`
const FREED_KEYS = `
  update orgline.idempotency_keys set lease_until = clock_timestamp() where lease_until is not null`

/** Only time frees what somebody was at who is gone: this is the time, once everybody is gone. */
export async function endLeases({ cluster, deployments }: World): Promise<void> {
  for (const { database } of deployments) {
    for (const sql of [FREED_ORDERS, FREED_LOOPS, FREED_KEYS]) await cluster.query(database, sql)
  }
}
