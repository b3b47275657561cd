import { expect } from 'vitest'
import { OPERATOR, userActor } from '../../support/actors.ts'
import { holdingOf, liveNumber, openOrders, organizationOf, type Snapshot } from './snapshot.ts'
import { attempt } from './sql-calls.ts'
import { type Act, pick, pickFirst } from './step.ts'
import type { World } from './world.ts'

/** Who asks for a number to be given up, or back. */
export type Asker = 'operator' | 'holder' | 'stranger'

/** A number is given up. */
export function release(n: number, by: Asker): Act {
  return {
    label: `release ${n} by ${by}`,
    async run(world) {
      const held = world.now.numbers.filter((number) => holdingOf(world.now, number))
      const { phoneNumber, organizationId, args } = aimAt(world, held, n, by)
      const takenFrom = new Map(world.takenFrom)
      const { refused } = await attempt(
        organizationId
          ? world.call('quarantine_phone_number', { ...args, organizationId, quarantineDays: 14 })
          : world.call('quarantine_any_phone_number', { ...args, quarantineDays: 14 }),
      )
      return ({ before, after, alone }) => {
        if (!alone) return
        const live = liveNumber(before, phoneNumber)
        const open = live ? openOrders(before, live) : []
        const owner =
          holdingOf(before, live)?.organization_id ??
          (live?.status === 'quarantined' ? takenFrom.get(live.id) : null)
        const expected = (() => {
          if (!live || (organizationId && owner !== organizationId)) return 'OL004'
          if (live.status === 'purchasing') return 'OL009'
          const isBusy = open.some((each) => each.lease_until && each.lease_until > before.clock)
          return isBusy && live.status !== 'quarantined' ? 'OL012' : null
        })()
        expect(refused).toBe(expected)
        if (refused || !live) return
        const now = liveNumber(after, phoneNumber)
        expect(now?.status).toBe('quarantined')
        expect(holdingOf(after, now), 'the holding of a released number').toBeUndefined()
        expect(openOrders(after, live)).toEqual([])
        if (live.status !== 'quarantined') expect(now?.sync_due_at !== null).toBe(!live.ghost_since)
      }
    },
  }
}

/** A number in quarantine is taken back. */
export function restore(n: number, by: Asker): Act {
  return {
    label: `restore ${n} by ${by}`,
    async run(world) {
      const resting = world.now.numbers.filter(({ status }) => status === 'quarantined')
      const { phoneNumber, organizationId, args } = aimAt(world, resting, n, by)
      const takenFrom = new Map(world.takenFrom)
      const { refused } = await attempt(
        organizationId
          ? world.call('restore_phone_number', { ...args, organizationId })
          : world.call('restore_any_phone_number', args),
      )
      return ({ before, after, alone }) => {
        if (!alone) return
        const live = liveNumber(before, phoneNumber)
        const gone = before.numbers.filter(
          (row) => row.phone_number === phoneNumber && row.status === 'released',
        )
        const last = live ? (takenFrom.get(live.id) ?? null) : null
        const owner = holdingOf(before, live)?.organization_id ?? last
        const expected = (() => {
          if (organizationId && owner !== organizationId)
            return gone.some(({ id }) => takenFrom.get(id) === organizationId) ? 'OL009' : 'OL004'
          if (!live) return gone.length > 0 ? 'OL009' : 'OL004'
          if (live.releasing_at || live.status === 'purchasing') return 'OL009'
          if (live.status !== 'quarantined' || !last) return null
          return organizationOf(before, last).status === 'active' ? null : 'OL016'
        })()
        expect(refused).toBe(expected)
        if (refused || live?.status !== 'quarantined') return
        const now = liveNumber(after, phoneNumber)
        expect(now?.status).not.toBe('quarantined')
        expect(holdingOf(after, now)?.organization_id ?? null, 'the holder').toBe(last)
      }
    },
  }
}

function aimAt(world: World, first: Snapshot['numbers'], n: number, by: Asker) {
  const seen = world.now
  const number = pickFirst(first, seen.numbers, n)
  const phoneNumber = number?.phone_number ?? ''
  const owner =
    holdingOf(seen, number)?.organization_id ?? (number && world.takenFrom.get(number.id))
  const others = seen.organizations.filter(({ id }) => id !== owner)
  const organizationId =
    by === 'operator' ? null : ((by === 'holder' ? owner : null) ?? pick(others, n)?.id ?? null)
  const userId = organizationId && world.users.get(organizationId)
  const args = { actor: userId ? userActor(userId) : OPERATOR, phoneNumber }
  return { phoneNumber, organizationId, args }
}

/** An operator suspends or resumes an organization. */
export function setStatus(n: number, status: 'active' | 'suspended'): Act {
  return {
    label: `make ${n} ${status}`,
    async run(world) {
      const id = pick(world.now.organizations, n)?.id ?? ''
      await change(world, id, { status })
      return ({ after, alone }) => {
        if (!alone) return
        expect(organizationOf(after, id).status).toBe(status)
        for (const number of after.numbers)
          if (holdingOf(after, number)?.organization_id === id)
            expect(number.sync_due_at, 'its numbers are due').not.toBeNull()
      }
    },
  }
}

/** An organization chooses another default number, perhaps one that is not its own. */
export function chooseDefault(n: number, which: number): Act {
  return {
    label: `default of ${n}: ${which}`,
    async run(world) {
      const seen = world.now
      const id = pick(seen.organizations, n)?.id ?? ''
      const own = seen.numbers.filter((each) => holdingOf(seen, each)?.organization_id === id)
      const phoneNumber = pickFirst(own, seen.numbers, which)?.phone_number ?? ''
      const { refused } = await attempt(change(world, id, { default_phone_number: phoneNumber }))
      return ({ before, alone }) => {
        if (!alone) return
        const number = liveNumber(before, phoneNumber)
        const holding = holdingOf(before, number)
        const isOwn = holding?.organization_id === id && holding.is_active
        expect(refused).toBe(isOwn && number?.status === 'assigned' ? null : 'OL004')
      }
    },
  }
}

function change(world: World, id: string, changes: Record<string, string>) {
  const args = {
    actor: OPERATOR,
    organizationId: id,
    changes,
    inboundVoice: 'elevenlabs',
  }
  return world.call('change_organization', args)
}
