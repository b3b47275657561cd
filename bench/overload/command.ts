import { parseArgs } from 'node:util'
import { contendersOf, openSide, PRODUCT } from '../compare/contenders.ts'
import { writeResults } from '../compare/results.ts'
import { percentile } from '../load/outcome.ts'
import { Endings, openGround } from '../world/ground.ts'
import { offerCalls } from './callers.ts'
import { concludeOverload } from './conclude.ts'
import { putGeneratorFirst } from './generator-first.ts'
import { capacityOf, offerMultiples } from './multiples.ts'
import { type Offered, PATIENCE_MS } from './offer.ts'

/**
 * How many right answers in time the product gives when it is asked more than it can do, and what callers
 * hear while texts are. Answers 1, without a share, where a measurement is not sound.
 */
export async function overloadCommand(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { seconds: { type: 'string', default: '5' } } })
  const ms = Number(values.seconds) * 1_000
  const endings = new Endings()
  process.once('SIGINT', () => void endings.run().then(() => process.exit(130)))
  try {
    const side = await openSide(await openGround(endings), endings, PRODUCT, process.cwd())
    await putGeneratorFirst(side.pid, side.deployment.databaseUrl)
    const offered: Offered[] = []
    let capacity = Number.NaN
    for (const key of ['initiation', 'text'] as const) {
      const [product] = contendersOf([side], key)
      if (!product) throw new Error('there is no server to ask')
      capacity = await capacityOf(product, ms)
      const rate = { capacity, ms, patienceMs: PATIENCE_MS[key] }
      offered.push(...(await offerMultiples(product, rate)))
    }
    offered.push(...(await offerCalls(side, capacity, ms)))
    const { status, text } = concludeOverload(offered)
    process.stdout.write(`${text}\n`)
    if (status === 0) process.stdout.write(`\n${await writeResults('overload', kept(offered))}\n`)
    return status
  } finally {
    await endings.run()
  }
}

const kept = (offered: Offered[]) => ({
  offered: offered.map(({ outcome: { times, ...counts }, ...each }) => ({
    ...each,
    ...counts,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
  })),
})
