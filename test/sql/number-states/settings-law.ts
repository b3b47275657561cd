import { expect } from 'vitest'
import { holdingOf, openOrders, organizationOf } from './snapshot.ts'
import type { Step } from './step.ts'

/** Whether an agent is to answer calls to the number. */
export function isToBeAnswered(number: {
  elevenlabs_phone_id: string | null
  holder_status: string | null
  status: string
}): boolean {
  const { elevenlabs_phone_id, holder_status, status } = number
  return elevenlabs_phone_id !== null && holder_status !== 'suspended' && status !== 'quarantined'
}

/** A number that counts as synced is outside as it is to be. */
export function checkSettings({ after, world }: Step): void {
  // A worker that rests in the middle of its work, or a person, may have left anything.
  const inHand = new Set(world.jobs.map(({ about }) => about).concat(...world.atCarriers.manual))
  for (const number of after.numbers) {
    const { phone_number: phoneNumber, status, elevenlabs_phone_id } = number
    if (status !== 'configured' && status !== 'assigned' && status !== 'quarantined') continue
    const line = world.atCarriers.lines.get(phoneNumber)
    const isAtRest = !number.sync_due_at && !number.ghost_since && !number.releasing_at
    if (
      line?.sid !== number.twilio_phone_sid ||
      !isAtRest ||
      openOrders(after, number).length > 0 ||
      inHand.has(phoneNumber)
    )
      continue
    const holding = holdingOf(after, number)
    const holder = holding && organizationOf(after, holding.organization_id)
    const holder_status = holder?.status ?? null
    expect(line?.isAnswered, `an agent answers ${phoneNumber} (${status}, ${holder_status})`).toBe(
      isToBeAnswered({ elevenlabs_phone_id, status, holder_status }),
    )
  }
}
