import { parseArgs } from 'node:util'
import { conclude } from '../compare/conclude.ts'
import { openSide, type Side, type WorkKey } from '../compare/contenders.ts'
import { writeResults } from '../compare/results.ts'
import { type Contender, measureRounds, type Rate } from '../compare/rounds.ts'
import type { Cell } from '../compare/soundness.ts'
import { Endings, openGround } from '../world/ground.ts'

const PAIR = 'two servers, in turns'

const RATE: Rate = { rounds: 5, ms: 1_000, warmUpMs: 1_000, concurrency: 32 }

/**
 * Two servers on one database behind a client that asks them in turns, beside one of them alone. Answers 1,
 * without a ratio, when a measurement is not sound: also when both together leave other rows than one would.
 */
export async function pairCommand(args: string[]): Promise<number> {
  parseArgs({ args, options: { before: { type: 'string' } } })
  const endings = new Endings()
  process.once('SIGINT', () => void endings.run().then(() => process.exit(130)))
  try {
    const side = await openSide(await openGround(endings), endings, 'one server', process.cwd())
    const second = await side.deployment.start('second')
    endings.add(second.stop)
    const measured: Cell[][][] = []
    for (const key of ['initiation', 'text', 'call'] as const) {
      measured.push(await measureRounds(contenders(side, second, key), RATE))
    }
    const { status, text, lines } = conclude(measured, PAIR)
    process.stdout.write(`${text.replaceAll('of Orgline', 'of the two')}\n`)
    if (lines) process.stdout.write(`\n${await writeResults('pair', { rate: RATE, lines })}\n`)
    return status
  } finally {
    await endings.run()
  }
}

function contenders(
  { systems: [first], works, countRows }: Side,
  second: { origin: string; cpuSeconds: () => number },
  key: WorkKey,
): Contender[] {
  if (!first) throw new Error('there is no server to ask')
  const work = works[key]
  const one = { ...first, work, countRows: () => countRows(work.table) }
  const both = {
    ...one,
    name: PAIR,
    others: [second.origin],
    cpuSeconds: () => first.cpuSeconds() + second.cpuSeconds(),
  }
  return [one, both]
}
