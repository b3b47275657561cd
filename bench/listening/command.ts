import { conclude } from '../compare/conclude.ts'
import {
  contendersOf,
  openSide,
  PRODUCT,
  referenceSettings,
  type Side,
} from '../compare/contenders.ts'
import { writeResults } from '../compare/results.ts'
import { measureRounds, type Rate } from '../compare/rounds.ts'
import type { Cell } from '../compare/soundness.ts'
import { startReferences } from '../compare/systems.ts'
import { Endings, openGround } from '../world/ground.ts'
import { addEndpoints, allDelivered } from './endpoints.ts'

const LISTENING = 'Orgline with endpoints'

const RATE: Rate = { rounds: 5, ms: 600, warmUpMs: 700, concurrency: 32 }

/**
 * The three webhooks of organizations that have a webhook endpoint each, which is told everything, beside
 * those of organizations without. Answers 1, without a ratio, when a measurement is not sound.
 */
export async function listeningCommand(): Promise<number> {
  const endings = new Endings()
  process.once('SIGINT', () => void endings.run().then(() => process.exit(130)))
  try {
    const ground = await openGround(endings)
    const alone = await openSide(ground, endings, PRODUCT, process.cwd())
    const [receiver] = await startReferences(
      ['bare-http'],
      referenceSettings(ground, alone.deployment, alone.deployment.databaseUrl),
      { folder: ground.folder, label: 'receiver' },
      endings.add,
    )
    if (!receiver) throw new Error('there is nobody to tell')
    const listening = await openSide(ground, endings, LISTENING, process.cwd())
    await addEndpoints(listening, receiver.origin)
    const measured: Cell[][][] = []
    for (const key of ['initiation', 'text', 'call'] as const) {
      measured.push(await measureRounds(contenders(alone, listening, key), RATE))
    }
    const { status, text, lines } = conclude(measured, PRODUCT)
    process.stdout.write(`${text}\n`)
    if (lines) process.stdout.write(`\n${await writeResults('listening', { rate: RATE, lines })}\n`)
    return status
  } finally {
    await endings.run()
  }
}

function contenders(alone: Side, listening: Side, key: 'initiation' | 'text' | 'call') {
  const rest = () => allDelivered(listening)
  return [
    ...contendersOf([alone], key),
    ...contendersOf([listening], key).map((contender) => ({ ...contender, rest })),
  ]
}
