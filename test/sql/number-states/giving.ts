import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { OPERATOR } from '../../support/actors.ts'
import { unguarded } from '../../support/outbound.ts'
import { signUpWith } from './beginning.ts'
import { argsOf, type Criteria, regionOf } from './criteria.ts'
import {
  changesOf,
  holdingOf,
  liveNumber,
  type NumberRow,
  openOrders,
  type Snapshot,
} from './snapshot.ts'
import { attempt } from './sql-calls.ts'
import { type Act, pick, pickFirst, type Step } from './step.ts'

/** A new organization, that gets a number of the pool or an order for one. */
export function signUp(criteria: Criteria): Act {
  return {
    label: `sign-up ${JSON.stringify(criteria)}`,
    async run(world) {
      const { id } = await signUpWith(world, criteria)
      return (step) => gotNumberOrOrder(step, id, criteria)
    },
  }
}

/** An operator wants one more number for an organization. */
export function addOne(n: number, criteria: Criteria): Act {
  return {
    label: `add for ${n} ${JSON.stringify(criteria)}`,
    async run(world) {
      const organization = pick(world.now.organizations, n)
      const { refused } = await attempt(
        world.call('add_phone_number', {
          id: randomUUID(),
          actor: OPERATOR,
          organizationId: organization?.id ?? null,
          max: 0,
          agentId: null,
          guard: unguarded,
          ...argsOf(criteria),
        }),
      )
      return (step) => {
        if (step.alone) expect(refused).toBe(organization?.status === 'active' ? null : 'OL016')
        if (step.alone && !refused) gotNumberOrOrder(step, organization?.id ?? '', criteria)
      }
    },
  }
}

function gotNumberOrOrder(step: Step, organizationId: string, criteria: Criteria): void {
  const taken = changesOf(step.after, 'organization_phone_numbers').filter(
    ({ was, became }) => !was && became.from_pool && became.organization_id === organizationId,
  )
  for (const { number } of taken) {
    // An order may be made for it at the same moment: it then goes on for the organization.
    const ready = { status: 'configured', ghost: false, failing: false }
    expect(number, 'a number was taken that was not ready').toMatchObject(
      step.alone ? { ...ready, ordered: false } : ready,
    )
  }
  const ordered = changesOf(step.after, 'number_orders').filter(
    ({ was, became }) =>
      !was && became.step === 'choose' && became.organization_id === organizationId,
  )
  expect(taken.length + ordered.length, 'one number or one order').toBe(1)
  if (!step.alone) return
  const best = bestInPool(step.before, criteria)
  expect(taken[0]?.became.phone_number_id, 'the number taken from the pool').toBe(best?.id)
}

function bestInPool(seen: Snapshot, { areaCode, only }: Criteria): NumberRow | undefined {
  const points = (number: NumberRow) =>
    (number.sync_due_at ? 0 : 4) +
    (number.area_code === areaCode ? 2 : 0) +
    (number.region === regionOf(areaCode) ? 1 : 0)
  return seen.numbers
    .filter((number) => number.status === 'configured' && !holdingOf(seen, number))
    .filter((number) => !number.ghost_since)
    .filter((number) => !number.sync_due_at || number.sync_attempts === 0)
    .filter((number) => openOrders(seen, number).length === 0)
    .filter((number) => !only || !areaCode || number.area_code === areaCode)
    .sort((a, b) => points(b) - points(a))[0]
}

/** An operator gives a number of the pool to an organization. */
export function assign(n: number, to: number): Act {
  return {
    label: `assign ${n} to ${to}`,
    async run(world) {
      const pool = world.now.numbers.filter(({ status }) => status === 'configured')
      const number = pickFirst(pool, world.now.numbers, n)
      const organization = pick(world.now.organizations, to)
      const phoneNumber = number?.phone_number ?? ''
      const organizationId = organization?.id ?? ''
      const { refused } = await attempt(
        world.call('assign_phone_number', { actor: OPERATOR, phoneNumber, organizationId }),
      )
      return ({ before, after, alone }) => {
        if (!alone) return
        const live = liveNumber(before, phoneNumber)
        const holder = holdingOf(before, live)?.organization_id
        const isReady =
          live?.status === 'configured' &&
          !live.ghost_since &&
          openOrders(before, live).length === 0
        const expected = (() => {
          if (!live) return 'OL004'
          if (holder && holder !== organizationId) return 'OL031'
          if (holder && live.status === 'assigned') return null
          if (!isReady) return 'OL009'
          return organization?.status === 'active' ? null : 'OL016'
        })()
        expect(refused).toBe(expected)
        const holderNow = holdingOf(after, live)?.organization_id
        expect(holderNow, 'the holder').toBe(refused ? holder : organizationId)
      }
    },
  }
}
