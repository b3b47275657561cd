import { describe, expect, test } from 'vitest'
import { nextStepsOf } from '../../src/organizations/next-steps.ts'
import type { Organization } from '../../src/organizations/organization.ts'
import { organizationWith } from '../support/organizations.ts'

type Phone = NonNullable<Organization['phone']>
type Order = NonNullable<Organization['order']>

const NUMBER = '+16045552000'
const LIMIT = { last_error: 'purchase_limit_reached', at_purchase_limit: true }

const phones: Array<Partial<Phone> | undefined> = [
  undefined,
  ...(['purchased', 'imported', 'configured'] as const).map((status) => ({
    status,
    verified: false,
  })),
  { status: 'assigned', verified: false },
  { status: 'assigned', verified: false, trouble: 'late' },
  { status: 'assigned', verified: false, trouble: 'operators' },
  { status: 'assigned', verified: true },
]

const orders: Array<Partial<Order> | undefined> = [
  undefined,
  { status: 'done', step: 'done' },
  { status: 'canceled', step: 'choose', last_error: 'number_released' },
  ...['choose', 'buy', 'import', 'sync'].flatMap((step) => [
    { status: 'running', step },
    { status: 'running', step, last_error: 'Twilio timed out' },
    { status: 'running', step, late: true },
    { status: 'needs_attention', step, last_error: 'Nothing is for sale' },
  ]),
  { status: 'running', step: 'choose', ...LIMIT },
  { status: 'running', step: 'buy', ...LIMIT },
]

const states = (['active', 'suspended'] as const).flatMap((status) =>
  phones.flatMap((phone) =>
    orders.map((order) => ({ status, phone, order, name: describeState(status, phone, order) })),
  ),
)

function describeState(status: string, phone?: Partial<Phone>, order?: Partial<Order>) {
  const isSo = phone?.verified ? ', verified' : phone?.trouble ? `, ${phone.trouble}` : ''
  const number = phone ? `${phone.status}${isSo}` : 'no number'
  const why = order?.at_purchase_limit
    ? ' at the limit'
    : order?.last_error
      ? ' after an error'
      : order?.late
        ? ' and late'
        : ''
  return `${status}; ${number}; ${order ? `order ${order.status} at ${order.step}${why}` : 'no order'}`
}

describe('the next steps of an organization', () => {
  test.each(states)('$name: say what is so, and nothing else', ({ status, phone, order }) => {
    const isLive = phone?.status === 'assigned' && phone.verified === true
    const isRunning = order?.status === 'running'
    const isStuck = order?.status === 'needs_attention' || phone?.trouble === 'operators'
    const isLate = phone?.trouble === 'late' || (isRunning && (order.late || order.last_error))
    const isSuspended = status === 'suspended'

    const said = nextStepsOf({ ...organizationWith({ phone, order }), status }).join('\n')

    // Whoever has a number is told which, whatever becomes of it.
    expect(said.includes(NUMBER)).toBe(phone !== undefined)
    expect(said.startsWith('Call')).toBe(isLive && !isSuspended)
    expect(said.includes('add ')).toBe(!phone && !isRunning && !isStuck)
    expect(said.includes('operators')).toBe(isSuspended || (isStuck && !isLive))
    expect(said.includes('approve')).toBe(isSuspended)
    const isQuick = !isStuck && !isLate && (phone !== undefined || isRunning)
    expect(said.includes('a minute')).toBe(!isSuspended && !isLive && isQuick)
    expect(said.includes('24 hours')).toBe(
      !isSuspended && !isLive && !isStuck && order?.at_purchase_limit === true,
    )
  })
})
