import { setTimeout as sleep } from 'node:timers/promises'
import { act } from './act.ts'
import { createAround } from './around.ts'
import { OPERATIONS } from './boundaries.ts'
import { readCarriers } from './carriers.ts'
import { goBack } from './go-back.ts'
import { endLeases } from './leases-end.ts'
import { findLines, untilFilled } from './lines.ts'
import type { ActionOf, Disturbance, DisturbanceOf, Plan } from './plan.ts'
import type { Played } from './played.ts'
import { rotate } from './rotate.ts'
import { refuseAll, refuseOne, sweepWrongly } from './try-out.ts'
import { until } from './until.ts'
import { deploymentOf, type World } from './world.ts'

/** Has the carriers ready for it, so that nothing slips through before. */
export async function arm(disturbance: Disturbance, world: World): Promise<void> {
  if (disturbance.kind === 'fault') {
    const { at: _at, kind: _kind, untilMet: _untilMet, fault, ...rest } = disturbance
    await world.control('POST', 'faults', { ...rest, kind: fault })
  }
  if (disturbance.kind === 'kill_at') {
    const { carrier, operation, hold, skip } = disturbance
    await world.control('POST', 'faults', { carrier, operation, kind: hold, skip })
  }
}

/** Makes something that is armed go wrong, and returns when that is over. */
export async function disturb(
  disturbance: Disturbance,
  plan: Plan,
  world: World,
  played: Played,
): Promise<void> {
  const note = (kind: string, times: number) => {
    played.faults[kind] = (played.faults[kind] ?? 0) + times
  }
  /** Nothing can go wrong with numbers before there is one. */
  const awaitLine = async (deployment: number) => {
    const own = played.deployments[deployment]
    if (own) await findLines(deploymentOf(world, deployment).client, own, {})
  }
  const doAll = (actions: ActionOf[] = [], deployment = 0) =>
    Promise.all(actions.map((action) => act({ at: 0, deployment, ...action }, plan, world, played)))
  switch (disturbance.kind) {
    case 'fault':
      note(disturbance.fault, disturbance.times)
      // Whoever is to meet it may be answered before, and then every fault is ended.
      if (disturbance.untilMet) await until(() => isMet(disturbance, world), played.acted)
      return
    case 'kill':
      played.kills['at any moment'] += 1
      await restart(disturbance.server, world)
      return
    case 'kill_at':
      if (!(await until(() => isHeld(disturbance.operation, world), played.acted))) return
      // Nobody knows which server's request it is, so all are killed, which is worse.
      played.kills['at a boundary'] += 1
      await Promise.all(world.servers.map((server) => server.kill()))
      if (disturbance.leasesEnd) await endLeases(world)
      await Promise.all(world.servers.map((server) => server.ensureUp()))
      await world.control('POST', 'faults/release')
      return
    case 'freeze':
      note('freeze', 1)
      await world.servers[disturbance.server]?.freeze(disturbance.ms)
      return
    case 'crash_database':
      note('crash_database', 1)
      await world.cluster.crash()
      return
    case 'away': {
      const { deployment, meanwhile = [] } = disturbance
      const { client, servers } = deploymentOf(world, deployment)
      const own = played.deployments[deployment]
      if (meanwhile.length > 0 && own) await findLines(client, own, { isSure: true })
      note('server_away', 1)
      await Promise.all(servers.map((server) => server.kill()))
      await Promise.all([sleep(disturbance.ms), doAll(meanwhile, deployment)])
      await Promise.all(servers.map((server) => server.ensureUp()))
      return
    }
    case 'database_away': {
      note('database_away', 1)
      const { database } = deploymentOf(world, disturbance.deployment)
      await world.cluster.close(database)
      await sleep(disturbance.ms)
      await world.cluster.open(database)
      return
    }
    case 'go_back':
      note(disturbance.by === 'standby' ? 'standby_behind' : 'backup_restored', 1)
      await goBack(
        disturbance,
        world,
        createAround(disturbance, world, (action) => doAll([action], disturbance.deployment)),
      )
      return
    case 'wrong_sweep':
      await awaitLine(disturbance.deployment)
      if (disturbance.afterSignUps) {
        await untilFilled(deploymentOf(world, disturbance.deployment).client)
      }
      note(disturbance.fault, await sweepWrongly(disturbance, world))
      return
    case 'refused_one': {
      await awaitLine(disturbance.deployment)
      if (disturbance.afterSignUps) {
        await untilFilled(deploymentOf(world, disturbance.deployment).client)
      }
      const times = await refuseOne(disturbance, world)
      note('error', times)
      if (times > 0) note('refused_one', 1)
      return
    }
    case 'refused_all': {
      await awaitLine(0)
      const { carrier } = disturbance
      if (disturbance.afterSignUps) await untilFilled(deploymentOf(world, 0).client)
      const operations = OPERATIONS.flatMap(([of, operation]) =>
        of === carrier ? [operation] : [],
      )
      note('error', await refuseAll(disturbance, operations, world))
      note('refused_all', 1)
      return
    }
    case 'rotate':
      await awaitLine(0)
      note(`new ${disturbance.what}`, 1)
      await rotate(disturbance.what, world, () => doAll(disturbance.meanwhile))
      await doAll(disturbance.afterwards)
      return
    case 'change_voice': {
      const deployment = deploymentOf(world, disturbance.deployment)
      if (disturbance.afterSignUps) {
        await awaitLine(disturbance.deployment)
        await untilFilled(deployment.client)
      }
      note('change_voice', 1)
      deployment.voice = deployment.voice === 'server' ? 'elevenlabs' : 'server'
      for (const server of deployment.servers) {
        await server.restart({ INBOUND_VOICE: deployment.voice })
      }
      return
    }
    case 'all_released':
      await until(() => hasNone(world), played.acted)
      return
    case 'release_after': {
      await until(async () => (await purchasesAsked(world)) >= disturbance.purchases, played.acted)
      await world.control('POST', 'faults/release')
      return
    }
    case 'snatch': {
      const wanted = await world.firstForSale(disturbance.areaCode)
      await until(async () => (await purchasesAsked(world)) > 0, played.acted)
      await world.buyElsewhere(wanted, 'Fax of accounting')
      return
    }
  }
}

async function restart(index: number, world: World): Promise<void> {
  const server = world.servers[index]
  await server?.kill()
  await server?.ensureUp()
}

async function isHeld(operation: string, world: World): Promise<boolean> {
  const { held } = (await world.control('GET', 'faults')) as { held: { operation: string }[] }
  return held.some((each) => each.operation === operation)
}

async function isMet({ operation, fault }: DisturbanceOf<'fault'>, world: World): Promise<boolean> {
  const { faults } = (await world.control('GET', 'faults')) as {
    faults: { operation: string; kind: string }[]
  }
  return !faults.some((each) => each.operation === operation && each.kind === fault)
}

/** Whether something was bought, and nothing of that is left. */
async function hasNone(world: World): Promise<boolean> {
  const { twilio } = await readCarriers(world)
  return (await purchasesAsked(world)) > 0 && twilio.numbers.length === world.elsewhere.length
}

async function purchasesAsked(world: World): Promise<number> {
  const { twilio } = (await world.control('GET', 'state')) as {
    twilio: { requests: { operation: string; path: string }[] }
  }
  const asked = twilio.requests.filter((each) => each.operation === 'incomingPhoneNumbers.create')
  return asked.length - world.elsewhere.length
}
