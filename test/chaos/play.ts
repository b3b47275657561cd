import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Action, Disturbance, Plan } from './plan.ts'
import type { Deployment, World } from './world.ts'

/** How long a kill waits for the request it is to hit. */
const HIT_MS = 1_500

/** What was done to the world. */
export interface Played {
  kills: { 'at any moment': number; 'at a boundary': number }
  faults: Record<string, number>
  /** Organizations that gave their number up and did not get it back, which then need none. */
  gaveUp: Set<string>
  /** Requests that were not answered at all, or not as they must be. */
  unanswered: string[]
}

/** Plays a plan, all at once, and returns when every request was answered and every disturbance is over. */
export async function play(plan: Plan, world: World): Promise<Played> {
  const played: Played = {
    kills: { 'at any moment': 0, 'at a boundary': 0 },
    faults: {},
    gaveUp: new Set(),
    unanswered: [],
  }
  const held = world.deployments.map(() => [] as { organizationId: string; number: string }[])
  await Promise.all([
    sleep(plan.lasts),
    ...plan.actions.map(async (action) => {
      await sleep(action.at)
      const deployment = world.deployments[action.deployment]
      const numbers = held[action.deployment]
      if (deployment && numbers) await act(action, { deployment, numbers, world, played })
    }),
    ...plan.disturbances.map(async (disturbance) => {
      await sleep(disturbance.at)
      await disturb(disturbance, world, played)
    }),
  ])
  return played
}

interface Scene {
  deployment: Deployment
  numbers: { organizationId: string; number: string }[]
  world: World
  played: Played
}

async function act(action: Action, { deployment, numbers, world, played }: Scene): Promise<void> {
  const { client } = deployment
  const expect = (what: string, status: number | undefined, ...right: number[]) => {
    if (!right.includes(status ?? 0)) played.unanswered.push(`${what}: ${status ?? 'no answer'}`)
  }
  switch (action.kind) {
    case 'sign_up': {
      const name = `Dealer ${randomUUID().slice(0, 8)}`
      const answer = await client.send(
        'POST',
        '/api/auth/organizations',
        { name, email: 'owner@example.com', preferredAreaCode: action.areaCode },
        randomUUID(),
      )
      expect('sign-up', answer?.status, 201)
      const { id, phoneNumber } = answer?.body?.organization ?? {}
      if (phoneNumber) numbers.push({ organizationId: id, number: phoneNumber })
      return
    }
    case 'batch': {
      const { count, areaCode } = action
      const path = '/api/admin/phone-numbers/batch-purchase'
      const answer = await client.send('POST', path, { count, areaCode }, randomUUID())
      expect('batch', answer?.status, 200, 202)
      return
    }
    case 'release': {
      const given = numbers[0]
      if (!given) return
      played.gaveUp.add(given.organizationId)
      const answer = await client.send('POST', `/api/admin/phone-numbers/${given.number}/release`)
      // 409: not live yet. 404: given back already.
      expect('release', answer?.status, 200, 202, 404, 409)
      if (answer?.status === 409) played.gaveUp.delete(given.organizationId)
      return
    }
    case 'restore': {
      const given = numbers[0]
      if (!given) return
      const answer = await client.send('POST', `/api/admin/phone-numbers/${given.number}/restore`)
      // 409: not in quarantine, or released already. 404: bought by another one since.
      expect('restore', answer?.status, 200, 202, 404, 409)
      return
    }
    case 'text': {
      const to = numbers[0]?.number
      if (!to) return
      // Whether it arrives is not the question here; nothing may be lost or doubled by it.
      await world.control('POST', 'sms', { from: '+16045559999', to, body: 'Hi' }).catch(() => {})
      return
    }
  }
}

async function disturb(disturbance: Disturbance, world: World, played: Played): Promise<void> {
  const { kind } = disturbance
  switch (kind) {
    case 'fault': {
      const { at: _at, kind: _kind, fault, ...rest } = disturbance
      await world.control('POST', 'faults', { ...rest, kind: fault })
      played.faults[fault] = (played.faults[fault] ?? 0) + disturbance.times
      return
    }
    case 'kill':
      played.kills['at any moment'] += 1
      await restart(disturbance.server, world)
      return
    case 'kill_at': {
      const { carrier, operation, hold, skip } = disturbance
      await world.control('POST', 'faults', { carrier, operation, kind: hold, skip })
      if (!(await isHeld(world))) return
      // Nobody knows which server's request it is, so all are killed, which is worse.
      played.kills['at a boundary'] += 1
      await Promise.all(world.servers.map((_, index) => restart(index, world)))
      await world.control('POST', 'faults/release')
      return
    }
    case 'freeze':
      played.faults.freeze = (played.faults.freeze ?? 0) + 1
      await world.servers[disturbance.server]?.freeze(disturbance.ms)
      return
    case 'crash_database':
      played.faults.crash_database = (played.faults.crash_database ?? 0) + 1
      await world.cluster.crash()
      return
  }
}

async function restart(index: number, world: World): Promise<void> {
  const server = world.servers[index]
  await server?.kill()
  await server?.ensureUp()
}

async function isHeld(world: World): Promise<boolean> {
  const end = Date.now() + HIT_MS
  while (Date.now() < end) {
    const { held } = (await world.control('GET', 'faults')) as { held: unknown[] }
    if (held.length > 0) return true
    await sleep(10)
  }
  return false
}
