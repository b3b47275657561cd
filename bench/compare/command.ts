import { parseArgs } from 'node:util'
import { Endings, openGround } from '../world/ground.ts'
import { conclude } from './conclude.ts'
import { contendersOf, openSides, PRODUCT } from './contenders.ts'
import { openDistance } from './distance.ts'
import { writeResults } from './results.ts'
import { measureRounds, type Rate } from './rounds.ts'
import type { Cell } from './soundness.ts'

/**
 * The webhooks for which somebody waits, beside the references, in one run. Answers 1, without a ratio,
 * when a measurement is not sound.
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
  const rate: Rate = values.whole
    ? { rounds: 9, ms: 3_000, concurrency: 32 }
    : { rounds: 5, ms: 800, concurrency: 32 }
  const endings = new Endings()
  process.once('SIGINT', () => void endings.run().then(() => process.exit(130)))
  try {
    const ground = await openGround(endings)
    const sides = await openSides(ground, endings, values.before)
    const measured: Cell[][][] = []
    for (const work of ['initiation', 'text', 'call'] as const) {
      measured.push(await measureRounds(contendersOf(sides, work), rate))
    }
    for (const side of sides.slice(0, 1)) {
      const far = await openDistance(ground, endings, side)
      measured.push(await measureRounds(far, { ...rate, concurrency: 1 }))
    }
    const { status, text, lines } = conclude(measured, PRODUCT)
    process.stdout.write(`${text}\n`)
    if (lines) process.stdout.write(`\n${await writeResults('webhooks', { rate, lines })}\n`)
    return status
  } finally {
    await endings.run()
  }
}
