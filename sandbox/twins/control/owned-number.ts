import type { World } from '../core/world.ts'
import type { NumberRow } from '../twilio/model.ts'
import { problem } from './problem.ts'

/** The number a customer reaches; throws a 404 problem when nobody owns it. */
export function ownedNumber(world: World, phoneNumber: string): NumberRow {
  const number = world.state.twilio.numbers.find((each) => each.phone_number === phoneNumber)
  if (number === undefined) throw problem(404, `Nobody owns the number ${phoneNumber}`)
  return number
}
