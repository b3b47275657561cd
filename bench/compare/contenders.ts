import { randomBytes } from 'node:crypto'
import { parseConfig } from '../../src/config/config.ts'
import { guardOfDestination } from '../../src/telephony/spending-limits.ts'
import type { Work } from '../load/outcome.ts'
import type { ReferenceSettings } from '../references/settings.ts'
import { outboundCall } from '../work/outbound-call.ts'
import { webhooks } from '../work/webhooks.ts'
import { customerOf } from '../work/work.ts'
import { createDeployment, type Deployment, type Ground, INIT_SECRET } from '../world/deployment.ts'
import type { Endings } from '../world/ground.ts'
import { CUSTOMERS, openLines } from '../world/lines.ts'
import { openRowCounter } from '../world/rows.ts'
import type { Contender } from './rounds.ts'
import { type System, startReferences } from './systems.ts'

export const PRODUCT = 'Orgline'
const BEFORE = 'Orgline before'

/** As many connections to the database as the product takes unless told otherwise. */
const POOL_SIZE = 10

export type WorkKey = 'initiation' | 'text' | 'call' | 'outbound'

/** The works of one deployment, and the systems that stand on its database. */
export interface Side {
  deployment: Deployment
  /** The product's process. */
  pid: number
  systems: System[]
  works: Record<WorkKey, Work>
  countRows: (table: 'calls' | 'messages') => Promise<number>
}

/**
 * Starts the product and the references over one database; and, over one of its own, the product as it
 * stands in the checkout `before`, where there is one.
 */
export async function openSides(
  ground: Ground,
  endings: Endings,
  before: string | undefined,
): Promise<Side[]> {
  const own = await openSide(ground, endings, PRODUCT, process.cwd())
  const references = await startReferences(
    ['bare-http', 'bare-express', 'function', 'supabase', 'seeds'],
    referenceSettings(ground, own.deployment, own.deployment.databaseUrl),
    { folder: ground.folder, label: 'near' },
    endings.add,
  )
  own.systems.push(...references)
  return before === undefined ? [own] : [own, await openSide(ground, endings, BEFORE, before)]
}

/** What references are given over a deployment's database, which they find under `databaseUrl`. */
export function referenceSettings(
  { elevenLabs }: Ground,
  { settings }: Deployment,
  databaseUrl: string,
): ReferenceSettings {
  const guard = guardOfDestination(customerOf(0), parseConfig(settings).spending)
  return { databaseUrl, elevenLabs, poolSize: POOL_SIZE, guard }
}

/** The product as it stands in `checkout`, with lines to call, over a database of its own. */
export async function openSide(
  ground: Ground,
  endings: Endings,
  name: string,
  checkout: string,
): Promise<Side> {
  const deployment = await createDeployment(
    ground,
    name.toLowerCase().replaceAll(' ', '_'),
    checkout,
  )
  const server = await deployment.start('first', { DATABASE_POOL_SIZE: String(POOL_SIZE) })
  endings.add(server.stop)
  const counter = await openRowCounter(deployment.databaseUrl)
  endings.add(counter.close)
  const parties = {
    lines: await openLines(deployment, server),
    customers: CUSTOMERS,
    publicUrl: deployment.settings.PUBLIC_URL ?? '',
    initSecret: INIT_SECRET,
    authToken: deployment.settings.TWILIO_AUTH_TOKEN ?? '',
  }
  return {
    deployment,
    pid: server.pid,
    systems: [{ name, isEmpty: false, ...server }],
    works: {
      ...webhooks(parties, randomBytes(6).toString('hex')),
      outbound: outboundCall(parties),
    },
    countRows: counter.count,
  }
}

/** Who is measured with each work: every system that can do it. */
export function contendersOf(sides: Side[], key: WorkKey): Contender[] {
  return sides.flatMap(({ systems, works, countRows }) => {
    const work = works[key]
    return systems
      .filter((system) => system.works?.includes(work.name) ?? true)
      .map((system) => ({ ...system, work, countRows: () => countRows(work.table) }))
  })
}
