import type { World } from '../core/world.ts'
import { serviceOf } from '../services/find.ts'

/** A number that sends or receives for the account, and whoever is at the other end. */
export interface Pair {
  number: string
  customer: string
}

/** Whether the customer has opted out of the number, or of the service it is in. */
export function isOptedOut(world: World, { number, customer }: Pair): boolean {
  const senders = [number, serviceOf(world, number)?.row.sid]
  return world.state.twilio.optOuts.some((each) => {
    return each.customer === customer && senders.includes(each.sender)
  })
}

/** Opts the customer out: of the whole service where the number is in one. */
export function optOut(world: World, { number, customer }: Pair): void {
  const sender = serviceOf(world, number)?.row.sid ?? number
  world.change(({ twilio }) => twilio.optOuts.push({ sender, customer }))
}

/** Opts the customer in again. */
export function optIn(world: World, { number, customer }: Pair): void {
  const senders = [number, serviceOf(world, number)?.row.sid]
  world.change(({ twilio }) => {
    twilio.optOuts = twilio.optOuts.filter((each) => {
      return each.customer !== customer || !senders.includes(each.sender)
    })
  })
}
