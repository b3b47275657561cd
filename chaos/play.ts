import { setTimeout as sleep } from 'node:timers/promises'
import { act } from './act.ts'
import { arm, disturb } from './disturb.ts'
import type { Plan } from './plan.ts'
import { newPlayed, type Played } from './played.ts'
import type { World } from './world.ts'

/** Plays a plan, all at once, and returns when every request was answered and every disturbance is over. */
export async function play(plan: Plan, world: World): Promise<Played> {
  const played = newPlayed(world.deployments.length)
  const atOnce = plan.disturbances.filter(({ at }) => at === 0)
  for (const disturbance of atOnce) await arm(disturbance, world)
  const acting = plan.actions.map(async (action) => {
    await sleep(action.at)
    await act(action, plan, world, played)
  })
  played.acted = Promise.allSettled(acting)
  await Promise.all([
    sleep(plan.lasts),
    ...acting,
    ...plan.disturbances.map(async (disturbance) => {
      await sleep(disturbance.at)
      if (!atOnce.includes(disturbance)) await arm(disturbance, world)
      await disturb(disturbance, plan, world, played)
    }),
  ])
  await forgetWhatNeverCame(world, played)
  return played
}

/** Counts only the faults that something met. */
async function forgetWhatNeverCame(world: World, { faults }: Played): Promise<void> {
  const left = (await world.control('GET', 'faults')) as {
    faults: { kind: string; times: number }[]
  }
  for (const { kind, times } of left.faults) {
    if (faults[kind] !== undefined) faults[kind] -= times
  }
}
