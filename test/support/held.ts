import { type ExpectStatic, expect } from 'vitest'
import { type Addresses, control } from './requests.ts'

type Carriers = Pick<Addresses, 'twins'>

/** Waits until faults hold back at least `count` requests; a concurrent test gives its own `expect`. */
export async function untilHeld(
  world: Carriers,
  count = 1,
  own: ExpectStatic = expect,
): Promise<void> {
  const held = async () => (await control(world, 'GET', 'faults')).held.length
  await own.poll(held, { interval: 5 }).toBeGreaterThanOrEqual(count)
}

/**
 * Lets go what faults hold back, once that is at least `count` requests. A release that came before
 * them would let nothing go, and they would wait for ever.
 */
export async function releaseHeld(
  world: Carriers,
  count = 1,
  own: ExpectStatic = expect,
): Promise<void> {
  await untilHeld(world, count, own)
  await control(world, 'POST', 'faults/release')
}
