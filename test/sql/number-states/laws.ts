import { expect } from 'vitest'
import { checkChanges } from './change-laws.ts'
import { checkMoney } from './money-laws.ts'
import { checkSettings } from './settings-law.ts'
import {
  changesOf,
  holdingOf,
  isLive,
  isOpen,
  type NumberRow,
  openOrders,
  type Snapshot,
} from './snapshot.ts'
import type { Step } from './step.ts'

/** What holds after every step, whatever was done in it. */
export function checkLaws(step: Step): void {
  checkChanges(step)
  for (const number of step.after.numbers) checkNumber(step.after, number)
  checkDefaults(step.after)
  checkTraffic(step)
  checkNobodyForgotten(step.after)
  checkMoney(step)
  checkSettings(step)
}

function checkNumber(seen: Snapshot, number: NumberRow): void {
  const name = `${number.phone_number} (${number.status})`
  const open = seen.holdings.filter((each) => each.phone_number_id === number.id && !each.ended_at)
  expect(open.length, `holders of ${name}`).toBeLessThanOrEqual(1)
  const isOrdered = openOrders(seen, number).length > 0
  const holding = holdingOf(seen, number)
  if (holding)
    expect(['purchased', 'imported', 'assigned'], `held: ${name}`).toContain(number.status)
  if (number.status === 'assigned')
    expect(holding?.is_active, `active holder of ${name}`).toBe(true)
  if (holding?.is_active && !isOrdered)
    expect(number.status, `${number.phone_number} has an active holder`).toBe('assigned')
  if (['purchasing', 'purchased', 'imported'].includes(number.status))
    expect(isOrdered, `an order goes on with ${name}`).toBe(true)
  expect(number.release_at !== null, `quarantine of ${name}`).toBe(number.status === 'quarantined')
  if (number.releasing_at) expect(['quarantined', 'released']).toContain(number.status)
  const twins = seen.numbers.filter(
    (each) => each.phone_number === number.phone_number && isLive(each),
  )
  expect(twins.length, `live rows of ${number.phone_number}`).toBeLessThanOrEqual(1)
}

function checkDefaults(seen: Snapshot): void {
  for (const { id, default_phone_number_id } of seen.organizations) {
    if (!default_phone_number_id) continue
    const holding = seen.holdings.find((each) => each.id === default_phone_number_id)
    expect(holding, 'a default number').toMatchObject({
      organization_id: id,
      ended_at: null,
      is_active: true,
    })
  }
}

/** What was recorded stays where it was recorded, and points at a holding of that very number. */
function checkTraffic({ before, after }: Step): void {
  const numberOf = (holdingId: string) => {
    const holding = after.holdings.find(({ id }) => id === holdingId)
    const number = after.numbers.find(({ id }) => id === holding?.phone_number_id)
    return { organization_id: holding?.organization_id, phone_number: number?.phone_number }
  }
  for (const each of after.messages) {
    expect(numberOf(each.organization_phone_number_id), 'whose text it is').toEqual({
      organization_id: each.organization_id,
      phone_number: each.to_number,
    })
  }
  for (const each of after.calls) {
    expect(numberOf(each.organization_phone_number_id), 'whose call it is').toEqual({
      organization_id: each.organization_id,
      phone_number: each.direction === 'inbound' ? each.to_number : each.from_number,
    })
  }
  for (const was of before.calls) {
    const { organization_id, organization_phone_number_id } = was
    expect(after.calls.find(({ id }) => id === was.id)).toMatchObject({
      organization_id,
      organization_phone_number_id,
      ...(was.status === 'completed' && { status: 'completed', summary: was.summary }),
    })
  }
}

/** An order that waits for a person has told one. */
function checkNobodyForgotten(seen: Snapshot): void {
  for (const order of seen.orders.filter(({ status }) => status === 'needs_attention')) {
    const reported = seen.notifications.filter(
      ({ subject }) => subject === order.id || subject === order.batch_id,
    )
    expect(reported.length, `notifications of order ${order.id} at ${order.step}`).toBeGreaterThan(
      0,
    )
  }
  const ended = changesOf(seen, 'number_orders').filter(({ became }) => !isOpen(became))
  for (const { became } of ended) {
    const reported = seen.notifications.filter(({ subject }) => subject === became.id)
    expect(reported, `notifications of order ${became.id}, which is ${became.status}`).toEqual([])
  }
}
