import { setTimeout as sleep } from 'node:timers/promises'
import type { Around } from './around.ts'
import type { GoBack } from './plan.ts'
import { deploymentOf, type World } from './world.ts'

const OUTDATED = `
  update orgline.phone_numbers set release_at = clock_timestamp()
  where status = 'quarantined' and sync_due_at is null and releasing_at is null returning phone_number`

/** Takes a backup, lets time pass, and puts it in the place of the database, as an operator would. */
export async function goBack(how: GoBack, world: World, around?: Around): Promise<void> {
  const { cluster } = world
  const { database, servers } = deploymentOf(world, how.deployment)
  const [copy, lost] = [`${database}_copy`, `${database}_lost`]
  await around?.before()
  const since = Date.now()
  await cluster.copyDatabase(database, copy)
  await Promise.all([sleep(how.ms), around?.meanwhile(copy)])
  if (how.isKilled) await Promise.all(servers.map((server) => server.kill()))
  const aged = how.isOutdated ? await cluster.query<{ phone_number: string }>(copy, OUTDATED) : []
  await cluster.replaceDatabase(database, copy, lost)
  world.lost.push({
    database: lost,
    deployment: how.deployment,
    since,
    until: Date.now(),
    outdated: aged.map(({ phone_number }) => phone_number),
  })
  await Promise.all(servers.map((server) => server.ensureUp()))
}
