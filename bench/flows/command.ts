import { parseArgs } from 'node:util'
import { openSide, type Side } from '../compare/contenders.ts'
import { writeResults } from '../compare/results.ts'
import { besides } from '../compare/table.ts'
import type { Ground } from '../world/deployment.ts'
import { Endings, openGround } from '../world/ground.ts'
import { startSlowCarriers } from '../world/slow-carriers.ts'
import { type Flow, flows } from './flows.ts'

interface Stand {
  side: Side
  ground: Ground
}

/**
 * What takes several steps: sign-ups, purchases, batches, the sweep. With `--before` beside another
 * checkout, one after the other in each flow. Answers 1 when a flow comes to something else than it should.
 */
export async function flowsCommand(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { before: { type: 'string' }, only: { type: 'string', default: '' } },
  })
  const endings = new Endings()
  process.once('SIGINT', () => void endings.run().then(() => process.exit(130)))
  try {
    const stands = [await openStand(endings, 'Orgline', process.cwd())]
    if (values.before) stands.push(await openStand(endings, 'Orgline before', values.before))
    const rows: [string, number[]][] = []
    for (const flow of flows.filter(({ name }) => name.includes(values.only))) {
      process.stderr.write(`${flow.name} …\n`)
      const found: number[] = []
      for (const stand of flow.isOfThisOnly ? stands.slice(0, 1) : stands) {
        found.push(await measure(flow, stand))
      }
      rows.push([flow.name, found])
    }
    process.stdout.write(`${besides('flow', rows)}\n\n${await writeResults('flows', { rows })}\n`)
    return 0
  } finally {
    await endings.run()
  }
}

/** A deployment with carriers of its own: a sweep reads all that is there. */
async function openStand(endings: Endings, name: string, checkout: string): Promise<Stand> {
  const ground = await openGround(endings)
  const side = await openSide(ground, endings, name, checkout)
  // Servers of one deployment share its work.
  for (const { stop } of side.systems) await stop?.()
  return { side, ground }
}

/** Longer than any of it takes, and no more than there is to buy. */
const PATIENCE = { SIGNUP_WAIT_MS: '30000', BATCH_WAIT_MS: '60000' }

async function measure(flow: Flow, { side, ground: { twins } }: Stand): Promise<number> {
  await flow.prepare?.({ side, twins })
  const carriers = await startSlowCarriers(twins, flow.carrierMs)
  const label = `at-${flow.carrierMs}`
  const server = await side.deployment.start(label, { ...carriers.settings, ...PATIENCE })
  try {
    return await flow.measure({ side, twins, origin: server.origin })
  } finally {
    await server.stop()
    carriers.close()
  }
}
