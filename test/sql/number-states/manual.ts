import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { OPERATOR } from '../../support/actors.ts'
import { type Fortune, goOnWith } from './order-work.ts'
import { holdingOf, isOpen, liveNumber, type NumberRow, openOrders } from './snapshot.ts'
import { attempt } from './sql-calls.ts'
import { type Act, pick, pickFirst } from './step.ts'
import { PUBLIC_URL } from './world.ts'

/** An operator enters a number that was bought manually, or one that is here already. */
export function enter(n: number, to: number, isImported: boolean): Act {
  return {
    label: `enter ${n} for ${to}${isImported ? ', imported' : ''}`,
    async run(world) {
      const organization = to % 3 ? pick(world.now.organizations, to) : undefined
      const known = n % 4 ? undefined : pick(world.now.numbers, n)
      const phoneNumber = known?.phone_number ?? `+16045553${String(n % 8).padStart(3, '0')}`
      const here = liveNumber(world.now, phoneNumber)
      const line = world.atCarriers.lines.get(phoneNumber) ?? world.atCarriers.own(phoneNumber, '')
      const { refused } = await attempt(
        world.call('enter_phone_number', {
          actor: OPERATOR,
          orderId: randomUUID(),
          organizationId: organization?.id ?? null,
          phoneNumber,
          country: 'CA',
          region: 'BC',
          areaCode: phoneNumber.slice(2, 5),
          capabilities: {},
          smsStatus: 'ready',
          twilioPhoneSid: line.sid,
          elevenlabsPhoneId: isImported ? world.atCarriers.import(phoneNumber) : null,
          nameAtTwilio: line.tag,
          boughtAt: null,
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

/** An operator tells that a number was imported manually; what is left of its order is done at once. */
export function activate(n: number, fortunes: Fortune[]): Act {
  return {
    label: `activate ${n} ${fortunes}`,
    async run(world) {
      const waiting = world.now.orders.filter(
        ({ status, step }) => status === 'needs_attention' && step === 'import',
      )
      const wanted = pick(waiting, n)
      const { numbers } = world.now
      const number = pickFirst(
        numbers.filter(({ id }) => id === wanted?.phone_number_id),
        numbers,
        n,
      )
      const phoneNumber = number?.phone_number ?? ''
      if (!world.atCarriers.imports.has(phoneNumber)) world.atCarriers.manualImport(phoneNumber)
      const elevenlabsPhoneId = world.atCarriers.import(phoneNumber)
      const { reply, refused } = await attempt(
        world.call('begin_activation', {
          actor: OPERATOR,
          phoneNumber,
          elevenlabsPhoneId,
          previousHash: null,
          tokenHash: 'a token',
          leaseSeconds: 60,
          publicUrl: PUBLIC_URL,
        }),
      )
      if (reply?.order)
        for await (const _ of goOnWith(world, reply.order, [...fortunes])) {
        }
      return ({ before, alone }) => {
        if (!alone) return
        const live = liveNumber(before, phoneNumber)
        const open = live ? openOrders(before, live) : []
        const isBusy = open.some((each) => each.lease_until && each.lease_until > before.clock)
        const expected = (() => {
          if (!live) return 'OL004'
          // Twilio has lost it: nothing of it is synced until a sweep finds it again.
          if (isActive(live) && live.ghost_since) return 'OL009'
          if (isActive(live) && !open.some(isOpen)) return null
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
