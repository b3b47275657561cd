import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { type Fortune, goOnWith } from './order-work.ts'
import {
  changesOf,
  holdingOf,
  isOpen,
  liveNumber,
  type NumberRow,
  openOrders,
  type Snapshot,
} from './snapshot.ts'
import { type Act, pick, pickFirst, type Step } from './step.ts'
import { argsOf, attempt, regionOf, type Wish } from './world.ts'

/** A new organization, that gets a number of the pool or an order for one. */
export function signUp(wish: Wish): Act {
  return {
    label: `sign-up ${JSON.stringify(wish)}`,
    async run(world) {
      const { id } = await world.signUp(true, wish)
      return (step) => gotNumberOrOrder(step, id, wish)
    },
  }
}

/** An operator wants one more number for an organization. */
export function obtain(n: number, wish: Wish): Act {
  return {
    label: `obtain for ${n} ${JSON.stringify(wish)}`,
    async run(world) {
      const organization = pick(world.now.organizations, n)
      const { refused } = await attempt(
        world.call('obtain_phone_number', {
          p_id: randomUUID(),
          p_user_id: null,
          p_organization_id: organization?.id,
          p_max: 0,
          p_agent_id: null,
          ...argsOf(wish),
        }),
      )
      return (step) => {
        if (step.alone) expect(refused).toBe(organization?.status === 'active' ? null : 'OL016')
        if (step.alone && !refused) gotNumberOrOrder(step, organization?.id ?? '', wish)
      }
    },
  }
}

function gotNumberOrOrder(step: Step, organizationId: string, wish: Wish): void {
  const taken = changesOf(step.after, 'organization_phone_numbers').filter(
    ({ was, became }) => !was && became.from_pool && became.organization_id === organizationId,
  )
  for (const { number } of taken) {
    // An order may be made for it at the same moment: it then goes on for the organization.
    const ready = { status: 'configured', ghost: false, due: false }
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
  const best = bestInPool(step.before, wish)
  expect(taken[0]?.became.phone_number_id, 'the number taken from the pool').toBe(best?.id)
}

function bestInPool(seen: Snapshot, { areaCode, only }: Wish): NumberRow | undefined {
  const points = (number: NumberRow) =>
    (number.area_code === areaCode ? 2 : 0) + (number.region === regionOf(areaCode) ? 1 : 0)
  return seen.numbers
    .filter((number) => number.status === 'configured' && !holdingOf(seen, number))
    .filter((number) => !number.ghost_since && !number.settle_due_at)
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
      const p_phone_number = number?.phone_number ?? ''
      const p_organization_id = organization?.id ?? ''
      const { refused } = await attempt(
        world.call('assign_phone_number', { p_phone_number, p_organization_id }),
      )
      return ({ before, after, alone }) => {
        if (!alone) return
        const live = liveNumber(before, p_phone_number)
        const holder = holdingOf(before, live)?.organization_id
        const isReady =
          live?.status === 'configured' &&
          !live.ghost_since &&
          openOrders(before, live).length === 0
        const expected = (() => {
          if (!live) return 'OL004'
          if (holder && holder !== p_organization_id) return 'OL031'
          if (holder && live.status === 'assigned') return null
          if (!isReady) return 'OL009'
          return organization?.status === 'active' ? null : 'OL016'
        })()
        expect(refused).toBe(expected)
        const holderNow = holdingOf(after, live)?.organization_id
        expect(holderNow, 'the holder').toBe(refused ? holder : p_organization_id)
      }
    },
  }
}

/** An operator enters a number that was bought by hand, or one that is here already. */
export function enter(n: number, to: number, isImported: boolean): Act {
  return {
    label: `enter ${n} for ${to}${isImported ? ', imported' : ''}`,
    async run(world) {
      const organization = to % 3 ? pick(world.now.organizations, to) : undefined
      const known = n % 4 ? undefined : pick(world.now.numbers, n)
      const phoneNumber = known?.phone_number ?? `+16045553${String(n % 8).padStart(3, '0')}`
      const here = liveNumber(world.now, phoneNumber)
      const line = world.outside.lines.get(phoneNumber) ?? world.outside.own(phoneNumber, '')
      const { refused } = await attempt(
        world.call('enter_phone_number', {
          p_order_id: randomUUID(),
          p_organization_id: organization?.id ?? null,
          p_phone_number: phoneNumber,
          p_country: 'CA',
          p_region: 'BC',
          p_area_code: phoneNumber.slice(2, 5),
          p_capabilities: {},
          p_sms_status: 'ready',
          p_twilio_phone_sid: line.sid,
          p_elevenlabs_phone_id: isImported ? world.outside.import(phoneNumber) : null,
          p_name_at_twilio: line.tag,
        }),
      )
      return ({ before, after, alone }) => {
        if (!alone) return
        const isSuspended = organization?.status === 'suspended'
        expect(refused).toBe(isSuspended ? 'OL016' : here ? 'OL030' : null)
        const holder = holdingOf(after, liveNumber(after, phoneNumber))?.organization_id
        const holderBefore = holdingOf(before, here)?.organization_id
        expect(holder, 'the holder').toBe(refused ? holderBefore : organization?.id)
      }
    },
  }
}

/** An operator tells that a number was imported by hand; what is left of its order is done at once. */
export function activate(n: number, fortunes: Fortune[]): Act {
  return {
    label: `activate ${n} ${fortunes}`,
    async run(world) {
      const waiting = world.now.orders.filter(
        ({ status, step }) => status === 'needs_person' && step === 'import',
      )
      const wanted = pick(waiting, n)
      const { numbers } = world.now
      const number = pickFirst(
        numbers.filter(({ id }) => id === wanted?.phone_number_id),
        numbers,
        n,
      )
      const p_phone_number = number?.phone_number ?? ''
      if (!world.outside.imports.has(p_phone_number)) world.outside.importByHand(p_phone_number)
      const p_elevenlabs_phone_id = world.outside.import(p_phone_number)
      const { reply, refused } = await attempt(
        world.call('begin_activation', {
          p_phone_number,
          p_elevenlabs_phone_id,
          p_lease_seconds: 60,
        }),
      )
      if (reply?.order)
        for await (const _ of goOnWith(world, reply.order, [...fortunes])) {
        }
      return ({ before, alone }) => {
        if (!alone) return
        const live = liveNumber(before, p_phone_number)
        const open = live ? openOrders(before, live) : []
        const isBusy = open.some((each) => each.lease_until && each.lease_until > before.clock)
        const expected = (() => {
          if (!live) return 'OL004'
          if (live.elevenlabs_phone_id && isActive(live)) return null
          if (['purchasing', 'quarantined'].includes(live.status) || !open.some(isOpen))
            return 'OL009'
          return isBusy ? 'OL012' : null
        })()
        expect(refused).toBe(expected)
      }
    },
  }
}

function isActive({ status }: NumberRow): boolean {
  return status === 'configured' || status === 'assigned'
}
