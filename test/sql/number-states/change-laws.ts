import { expect } from 'vitest'
import { changesOf, type NumberRow } from './snapshot.ts'
import type { Step } from './step.ts'

/** What may follow each status of a number; '' is before its first. */
const NEXT: Record<string, string[]> = {
  '': ['purchasing', 'purchased', 'imported'],
  purchasing: ['purchased', 'failed'],
  purchased: ['imported', 'quarantined'],
  imported: ['configured', 'assigned', 'quarantined'],
  configured: ['assigned', 'imported', 'quarantined'],
  assigned: ['imported', 'quarantined'],
  quarantined: ['purchased', 'imported', 'configured', 'assigned', 'released'],
  released: [],
  // A purchase given up in doubt went through after all.
  failed: ['purchasing'],
}

/** Every single change of a row was a legal one, also those between two looks. */
export function checkChanges(step: Step): void {
  checkStatuses(step)
  checkHoldings(step)
  checkOrders(step)
}

function checkStatuses({ after, world }: Step): void {
  const holdings = changesOf(after, 'organization_phone_numbers')
  for (const { tx, was, became } of changesOf(after, 'phone_numbers')) {
    if (was?.status === became.status) continue
    const what = `${became.phone_number} from ${was?.status ?? 'nothing'} to ${became.status}`
    expect(NEXT[was?.status ?? ''], what).toContain(became.status)
    expect(became.phone_number).toBe(was?.phone_number ?? became.phone_number)

    const together = holdings.filter(
      (each) => each.tx === tx && each.became.phone_number_id === became.id,
    )
    const begun = together.filter((each) => !each.was).map((each) => each.became.organization_id)
    const ended = together
      .filter((each) => each.became.ended_at && !each.was?.ended_at)
      .map((each) => each.became.organization_id)
    if (became.status === 'released')
      expect(daysInQuarantine(became), `days of ${became.phone_number}`).toBeGreaterThanOrEqual(14)
    if (became.status === 'quarantined') world.takenFrom.set(became.id, ended[0] ?? null)
    if (was?.status === 'purchasing' && became.status === 'purchased') {
      const tag = world.atCarriers.lines.get(became.phone_number)?.tag ?? ''
      const order = after.orders.find(({ id }) => tag.endsWith(id))
      for (const organizationId of begun)
        expect(organizationId, `for whom ${became.phone_number} was bought`).toBe(
          order?.organization_id,
        )
    }
    if (was?.status === 'quarantined' && became.status !== 'released') {
      const from = world.takenFrom.get(became.id) ?? null
      expect(begun, `who got ${became.phone_number} back`).toEqual(from ? [from] : [])
      expect(
        was.releasing_at,
        `${became.phone_number} came back while it was given away`,
      ).toBeNull()
    }
  }
}

function daysInQuarantine({ quarantined_at, released_at }: NumberRow): number {
  return (Date.parse(released_at ?? '') - Date.parse(quarantined_at ?? '')) / 86_400_000
}

function checkHoldings({ after }: Step): void {
  for (const { was, became } of changesOf(after, 'organization_phone_numbers')) {
    const { organization_id, phone_number_id, ended_at } = was ?? became
    expect(became).toMatchObject({ organization_id, phone_number_id })
    if (was?.ended_at) expect(became.ended_at, 'the end of a holding').toBe(ended_at)
    if (became.ended_at) expect(became.is_active).toBe(false)
  }
}

function checkOrders({ after }: Step): void {
  for (const { tx, was, became } of changesOf(after, 'number_orders')) {
    const isFinal = was?.status === 'done' || was?.status === 'canceled'
    const forgotten = changesOf(after, 'number_order_attempts').filter(
      (each) =>
        each.tx === tx &&
        each.became.order_id === became.id &&
        each.was?.outcome === 'open' &&
        each.became.buy_started_at,
    )
    if (became.status === 'canceled')
      expect(forgotten, 'purchases in doubt of a canceled order').toEqual([])
    if (isFinal) expect(became, 'an order that had ended').toMatchObject({ status: was.status })
    expect(became.organization_id).toBe((was ?? became).organization_id)
  }
  for (const { at, was, became } of changesOf(after, 'number_order_attempts')) {
    if (was && was.outcome !== 'abandoned' && became.outcome === 'abandoned') {
      const between = Date.parse(at) - Date.parse(was.first_not_found_at ?? at)
      expect(between, `time between looks for ${became.phone_number}`).toBeGreaterThan(59_999)
    }
    if (was?.outcome === 'bought') expect(became.outcome, 'a purchase').toBe('bought')
  }
}
