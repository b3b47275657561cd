import { parseArgs } from 'node:util'
import { Endings, openGround } from '../world/ground.ts'
import { conclude } from './conclude.ts'
import { contendersOf, openSides, PRODUCT, type WorkKey } from './contenders.ts'
import { openDistance } from './distance.ts'
import { writeResults } from './results.ts'
import { measureRounds, type Rate } from './rounds.ts'
import type { Cell } from './soundness.ts'

/** What is measured: with the database beside, and with it 5 ms further away. */
interface Edition {
  rate: Rate
  near: WorkKey[]
  far: WorkKey[]
}

/** Two minutes: what callers and texts wait for. */
const QUICK: Edition = {
  rate: { rounds: 5, ms: 600, warmUpMs: 700, concurrency: 32 },
  near: ['initiation', 'text', 'call'],
  far: ['initiation'],
}

/** Six minutes: every work, in longer and more rounds. */
const WHOLE: Edition = {
  rate: { rounds: 7, ms: 1_200, warmUpMs: 1_000, concurrency: 32 },
  near: ['initiation', 'text', 'call', 'outbound'],
  far: ['initiation', 'text', 'call', 'outbound'],
}

/**
 * The requests for which somebody waits, beside the references, in one run. Answers 1, without a ratio, when
 * a measurement is not sound.
 */
export async function compareCommand(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      whole: { type: 'boolean', default: false },
      // Another checkout of this repository, with its node_modules.
      before: { type: 'string' },
    },
  })
  const { rate, near, far } = values.whole ? WHOLE : QUICK
  const endings = new Endings()
  process.once('SIGINT', () => void endings.run().then(() => process.exit(130)))
  try {
    const ground = await openGround(endings)
    const [side, ...others] = await openSides(ground, endings, values.before)
    if (!side) throw new Error('there is nothing to measure')
    const measured: Cell[][][] = []
    for (const work of near) {
      measured.push(await measureRounds(contendersOf([side, ...others], work), rate))
    }
    for (const contenders of await openDistance(ground, endings, side, far)) {
      measured.push(await measureRounds(contenders, { ...rate, concurrency: 1 }))
    }
    const { status, text, lines } = conclude(measured, PRODUCT)
    process.stdout.write(`${text}\n`)
    if (lines) process.stdout.write(`\n${await writeResults('compare', { rate, lines })}\n`)
    return status
  } finally {
    await endings.run()
  }
}
