import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { OPERATOR } from '../../support/actors.ts'
import { argsOf, type Criteria } from './criteria.ts'
import { releaseNextNumber, sweep, syncNext } from './number-work.ts'
import { type Fortune, workOff } from './order-work.ts'
import { isOpen } from './snapshot.ts'
import { attempt } from './sql-calls.ts'
import { type Act, pick, type Verdict } from './step.ts'
import type { Job, World } from './world.ts'

const nothingToSay: Verdict = () => {}

/** A worker of the orders loop goes `far` steps, then rests, perhaps for ever. */
export function workOnOrder(far: number, fortunes: Fortune[]): Act {
  return work(`order ${fortunes}`, far, (world) => workOff(world, null, [...fortunes]))
}

/** One number is synced, or released, or all are compared with the carriers. */
export function sync(far: number, fails: boolean): Act {
  return work(`sync${fails ? ', fails' : ''}`, far, (world) => syncNext(world, { fails }))
}
export function releaseAtCarriers(far: number, fails: boolean): Act {
  return work(`release${fails ? ', fails' : ''}`, far, (world) =>
    releaseNextNumber(world, { fails }),
  )
}
export function reconcile(far: number): Act {
  return work('sweep', far, sweep)
}

function work(name: string, far: number, begin: (world: World) => Job['work']): Act {
  return {
    label: `${name}, ${far} steps`,
    async run(world) {
      await goFar(world, { label: name, work: begin(world), about: undefined }, far)
      return nothingToSay
    },
  }
}

/** A worker that rested goes on, whatever has become of its lease. */
export function goOn(n: number, far: number): Act {
  return {
    label: `go on with ${n}, ${far} steps`,
    async run(world) {
      const job = pick(world.jobs, n)
      if (job) {
        world.jobs = world.jobs.filter((each) => each !== job)
        await goFar(world, job, far)
      }
      return nothingToSay
    },
  }
}

async function goFar(world: World, job: Job, far: number): Promise<void> {
  for (let gone = 0; gone < far; gone += 1) {
    const { done, value } = await job.work.next()
    if (done) return
    job.about = value ?? job.about
  }
  world.jobs.push(job)
}

/** Numbers are bought ahead. */
export function buyBatch(count: number, criteria: Criteria): Act {
  return {
    label: `batch of ${count} ${JSON.stringify(criteria)}`,
    async run(world) {
      const { country, areaCode, areaCodeOnly } = argsOf(criteria)
      const asked = { country, areaCode, areaCodeOnly, count, answerMs: 0 }
      const { orders } = await world.call('create_batch', {
        actor: OPERATOR,
        id: randomUUID(),
        ...asked,
      })
      return () => expect(orders).toHaveLength(count)
    },
  }
}

/** An operator has an order tried again, or cancels it. */
export function decide(n: number, what: 'retry' | 'cancel'): Act {
  return {
    label: `${what} order ${n}`,
    async run(world) {
      const id = pick(world.now.orders, n)?.id
      if (!id) return nothingToSay
      const { refused } = await attempt(
        world.call(`${what}_order`, { actor: OPERATOR, orderId: id }),
      )
      return ({ before, after, alone }) => {
        const was = before.orders.find((each) => each.id === id)
        if (was?.status === 'done') expect(refused).toBe('OL009')
        const paid = after.attempts.some(
          (each) => each.order_id === id && each.outcome === 'bought',
        )
        if (alone && what === 'cancel' && was && isOpen(was) && !refused)
          expect(paid, 'canceled when paid').toBe(false)
      }
    },
  }
}

/** Time passes, for all workers and leases alike. */
export function wait(seconds: number): Act {
  return {
    label: `${seconds} s pass`,
    async run(world) {
      await world.pass(seconds)
      return nothingToSay
    },
  }
}

/** A request to buy, long unanswered, is carried out. */
export const arrive: Act = {
  label: 'a late purchase arrives',
  async run(world) {
    world.atCarriers.arrive()
    return nothingToSay
  },
}

/** Somebody removes a number of ours at the carrier. */
export function lose(n: number): Act {
  return {
    label: `lose ${n}`,
    async run({ atCarriers }) {
      const line = pick([...atCarriers.lines.values()], n)
      if (line) atCarriers.lose(line)
      return nothingToSay
    },
  }
}

/** ElevenLabs has lost a number's import, and the sweep has seen it. */
export function loseImport(n: number): Act {
  return {
    label: `lose the import of ${n}`,
    async run(world) {
      const number = pick(world.now.numbers, n)
      if (!number?.elevenlabs_phone_id) return nothingToSay
      const elevenlabsPhoneId = number.elevenlabs_phone_id
      const args = { actor: { kind: 'system' } as const, id: number.id, elevenlabsPhoneId }
      const { ordered } = await world.call('order_import', args)
      if (ordered) world.atCarriers.imports.delete(number.phone_number)
      return nothingToSay
    },
  }
}
