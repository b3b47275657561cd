import { parseArgs } from 'node:util'
import { openSide, type Side } from '../compare/contenders.ts'
import { writeResults } from '../compare/results.ts'
import { markdown } from '../compare/table.ts'
import type { Ground } from '../world/deployment.ts'
import { Endings, openGround } from '../world/ground.ts'
import { startSlowCarriers } from '../world/slow-carriers.ts'
import { batch, purchase, repair, sweep } from './carriers.ts'
import { signUpsFromPool } from './sign-up.ts'

const HEAD = ['flow', 'Orgline', 'before', 'ratio']

/** What a flow is measured with: a server whose carriers take so long, alone on its database. */
interface Place {
  side: Side
  origin: string
  twins: string
}

interface Flow {
  name: string
  /** How long each request to a carrier takes. */
  carrierMs: number
  measure(place: Place): Promise<number>
}

/** In this order: what is signed up from a pool, the carriers do not know, which a sweep would tell. */
const flows: Flow[] = [
  {
    name: 'sign-up with a purchase at 150 ms a request, ms',
    carrierMs: 150,
    measure: ({ origin }) => purchase(origin, 5),
  },
  {
    name: 'batch of 100 at 200 ms, ms',
    carrierMs: 200,
    measure: ({ origin }) => batch(origin, 100),
  },
  {
    name: 'sweep of these 125 numbers at 200 ms, ms',
    carrierMs: 200,
    measure: ({ origin }) => sweep(origin),
  },
  {
    name: 'sweep that repairs 50 drifted numbers at 200 ms, ms',
    carrierMs: 200,
    measure: ({ origin, twins }) => repair(origin, twins, 50),
  },
  ...[100, 1_000, 5_000].map((size) => ({
    name: `sign-ups a second from a pool of ${size}, c = 32`,
    carrierMs: 0,
    measure: ({ side, origin }: Place) => signUpsFromPool(side, origin, size),
  })),
]

/**
 * What takes several steps: sign-ups, purchases, batches, the sweep. With `--before` beside another
 * checkout. Answers 1 when a flow comes to something else than it should.
 */
export async function flowsCommand(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { before: { type: 'string' }, only: { type: 'string', default: '' } },
  })
  const endings = new Endings()
  process.once('SIGINT', () => void endings.run().then(() => process.exit(130)))
  try {
    const checkouts = [['Orgline', process.cwd()]]
    if (values.before) checkouts.push(['Orgline before', values.before])
    const chosen = flows.filter(({ name }) => name.includes(values.only))
    const rows: [string, number[]][] = chosen.map(({ name }) => [name, []])
    for (const [name = '', checkout = ''] of checkouts) {
      // Each its own carriers: a sweep reads all that is there.
      const ground = await openGround(endings)
      const side = await openSide(ground, endings, name, checkout)
      // Servers of one deployment share its work.
      for (const { stop } of side.systems) await stop?.()
      for (const [index, flow] of chosen.entries()) {
        rows[index]?.[1].push(await measure(flow, side, ground))
      }
    }
    const cells = rows.map(([name, [own = Number.NaN, before]]) => [
      name,
      own.toFixed(0),
      before?.toFixed(0) ?? '',
      before ? (own / before).toFixed(2) : '',
    ])
    process.stdout.write(`${markdown(HEAD, cells)}\n\n${await writeResults('flows', { rows })}\n`)
    return 0
  } finally {
    await endings.run()
  }
}

/** Longer than any of it takes, and no more than there is to buy. */
const PATIENCE = { SIGNUP_WAIT_MS: '30000', BATCH_WAIT_MS: '60000' }

async function measure(flow: Flow, side: Side, { twins }: Ground): Promise<number> {
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
