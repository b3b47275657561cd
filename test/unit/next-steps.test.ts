import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { nextStepsOf } from '../../src/phone-numbers/orders/next-steps.ts'
import type { Order } from '../../src/phone-numbers/orders/order.ts'

function orderWith(changes: Partial<Order>): Order {
  return {
    id: randomUUID(),
    cause: 'admin',
    batch_id: null,
    step: 'choose',
    status: 'running',
    attempts: 0,
    organization_id: null,
    organization_name: null,
    country: 'CA',
    area_code: '604',
    area_code_only: false,
    agent_id: null,
    last_error: null,
    next_run_at: '2026-01-31T10:00:00Z',
    lease_token: null,
    created_at: '2026-01-31T10:00:00Z',
    updated_at: '2026-01-31T10:00:00Z',
    tag: 'orgline:0123abcd:1',
    phone: null,
    purchase_in_doubt: false,
    abandoned: [],
    ...changes,
  }
}

const phone = { phone_number: '+16045552000' } as Order['phone']

describe('nextStepsOf', () => {
  test('given an order that is done: asks for nothing', () => {
    const steps = nextStepsOf(orderWith({ status: 'done', step: 'done', phone }))

    expect(steps).toEqual([])
  })

  test('given an order on its way: says so, and where to look', () => {
    const order = orderWith({ status: 'running', step: 'buy' })

    const steps = nextStepsOf(order)

    expect(steps).toEqual([expect.stringMatching(/^Nothing to do.*\/api\/admin\/orders/)])
    expect(steps[0]).toContain(order.id)
  })

  test('given an order that was canceled: says how to get a number after all', () => {
    const steps = nextStepsOf(orderWith({ status: 'canceled' }))

    expect(steps).toEqual([expect.stringContaining('buy again')])
  })

  test('given a number to manual import: leads through the dashboard to activate', () => {
    const steps = nextStepsOf(orderWith({ status: 'needs_attention', step: 'import', phone }))

    expect(steps).toEqual([
      expect.stringContaining('ElevenLabs Dashboard'),
      expect.stringContaining('+16045552000'),
      expect.stringContaining('phone id'),
      'POST /api/admin/phone-numbers/+16045552000/activate with {"elevenLabsPhoneId": "<the id>"}',
    ])
  })

  test.each(['choose', 'buy', 'sync'] as const)(
    'given an order stuck at %s: tells the cause and how to retry',
    (step) => {
      const order = orderWith({ status: 'needs_attention', step, last_error: 'no funds', phone })

      const steps = nextStepsOf(order)

      expect(steps).toEqual([
        'Repair the cause: no funds',
        `POST /api/admin/orders/${order.id}/retry`,
        ...(step === 'sync' ? [] : [`or give up: POST /api/admin/orders/${order.id}/cancel`]),
      ])
    },
  )

  test('given an order whose purchase is in doubt: does not offer to cancel it', () => {
    const order = orderWith({
      status: 'needs_attention',
      step: 'buy',
      purchase_in_doubt: true,
      phone,
    })

    expect(nextStepsOf(order).join()).not.toContain('cancel')
  })
})
