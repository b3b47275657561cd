import type { World } from '../core/world.ts'
import { ratesOfNumber } from '../pricing/rates.ts'

/** A month after its purchase, or after the last time, every number that is owned is paid for again. */
export function takeRent(world: World): unknown {
  const rent = world.state.twilio.numbers.reduce(
    (sum, { phone_number }) => sum + ratesOfNumber(phone_number).number,
    0,
  )
  return world.change(({ twilio }) => {
    twilio.spent += rent
    return { rent, spent: twilio.spent }
  })
}
