import { expect } from 'vitest'
import { isLive, isOpen, type NumberRow } from './snapshot.ts'
import type { Step } from './step.ts'

const PAID = ['purchased', 'imported', 'configured', 'assigned', 'quarantined']

/** What the carrier has for us is known here, and what is here is there. */
export function checkMoney({ after, world }: Step): void {
  const { lines, removed, lost, lateSids } = world.atCarriers
  const bySid = new Map(after.numbers.map((number) => [number.twilio_phone_sid, number]))
  for (const { sid, phoneNumber, tag } of lines.values()) {
    if (PAID.includes(bySid.get(sid)?.status ?? '')) continue
    // A purchase whose outcome is not known yet: its order, or the sweep, finds it by its tag.
    const inDoubt = after.attempts.some(
      (each) =>
        tag.endsWith(each.order_id) &&
        each.phone_number === phoneNumber &&
        each.buy_started_at &&
        ['open', 'abandoned'].includes(each.outcome),
    )
    // Entered by a person: whoever was refused knows that it is not here.
    expect(inDoubt || tag === '', `${phoneNumber} is paid for and not known`).toBe(true)
  }
  for (const number of after.numbers) {
    const { phone_number, status, twilio_phone_sid: sid } = number
    if (PAID.includes(status) && sid && !removed.has(sid) && !lost.has(sid))
      expect(lines.get(phone_number)?.sid, `the SID of ${phone_number}`).toBe(sid)
    if (sid && removed.has(sid))
      expect(isGoing(number), `${phone_number} is released, here it is ${status}`).toBe(true)
    if (status === 'released')
      expect([...lines.values()].map((line) => line.sid)).not.toContain(sid)
  }
  for (const order of after.orders) {
    const { id, step } = order
    const bought = after.attempts.filter(
      (each) => each.order_id === id && each.outcome === 'bought',
    )
    const late = bought.filter(({ phone_number }) =>
      after.numbers.some(
        (each) => each.phone_number === phone_number && lateSids.has(each.twilio_phone_sid ?? ''),
      ),
    )
    if (isOpen(order) && bought.length > late.length)
      expect(['choose', 'buy'], `order ${id} has bought`).not.toContain(step)
    expect(bought.length - late.length, `purchases of order ${id}`).toBeLessThanOrEqual(1)
  }
}

function isGoing(number: NumberRow): boolean {
  return !isLive(number) || (number.status === 'quarantined' && number.releasing_at !== null)
}
