import { parseArgs } from 'node:util'
import { contendersOf, openSides } from '../compare/contenders.ts'
import { writeResults } from '../compare/results.ts'
import type { Contender } from '../compare/rounds.ts'
import { markdown } from '../compare/table.ts'
import { closedLoop } from '../load/closed-loop.ts'
import { openLoop } from '../load/open-loop.ts'
import { type Outcome, percentile } from '../load/outcome.ts'
import { Endings, openGround } from '../world/ground.ts'

/** Offered, in multiples of what the system can do. */
const MULTIPLES = [1, 1.5, 3]

/** How long the one who asks waits: ElevenLabs for a call's variables, Twilio for the end of a text. */
const PATIENCE_MS = { initiation: 800, text: 15_000 }

const HEAD = [
  'work',
  'offered',
  'requests/s',
  'right',
  'right ÷ right at 1 ×',
  'p50, ms',
  'p99, ms',
]

interface Overloaded {
  work: string
  multiple: number
  perSecond: number
  outcome: Outcome
}

/**
 * How many right answers in time the product gives when it is asked more than it can do. Answers 1, without
 * a share, where the generator itself was late.
 */
export async function overloadCommand(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { seconds: { type: 'string', default: '5' } } })
  const ms = Number(values.seconds) * 1_000
  const endings = new Endings()
  process.once('SIGINT', () => void endings.run().then(() => process.exit(130)))
  try {
    const sides = await openSides(await openGround(endings), endings, undefined)
    const measured: Overloaded[] = []
    for (const key of ['initiation', 'text'] as const) {
      const [product] = contendersOf(sides, key)
      if (product) measured.push(...(await overload(product, PATIENCE_MS[key], ms)))
    }
    const late = measured.find(({ outcome }) => outcome.late > outcome.sent / 100)
    if (late) {
      process.stderr.write(
        `No share comes of this run: ${late.outcome.late} of ${late.outcome.sent} requests left too late\n`,
      )
      return 1
    }
    const rows = measured.map((each) => row(each, measured))
    const kept = measured.map(({ outcome: { times, ...counts }, ...each }) => ({
      ...each,
      ...counts,
      p50: percentile(times, 0.5),
      p99: percentile(times, 0.99),
    }))
    process.stdout.write(`${markdown(HEAD, rows)}\n\n${await writeResults('overload', { kept })}\n`)
    return 0
  } finally {
    await endings.run()
  }
}

async function overload(
  { origin, work, isEmpty }: Contender,
  patienceMs: number,
  ms: number,
): Promise<Overloaded[]> {
  let number = 0
  const load = { origin, work, isEmpty, next: () => number++ }
  // The first round only warms up.
  await closedLoop(load, 32, 3_000)
  const { right, seconds } = await closedLoop(load, 32, ms)
  const capacity = right / seconds
  const measured: Overloaded[] = []
  for (const multiple of MULTIPLES) {
    const perSecond = capacity * multiple
    const outcome = await openLoop(load, { perSecond, ms, patienceMs })
    measured.push({ work: work.name, multiple, perSecond, outcome })
  }
  return measured
}

function row({ work, multiple, perSecond, outcome }: Overloaded, all: Overloaded[]): string[] {
  const atOne = all.find((each) => each.work === work && each.multiple === 1)
  const { right, sent, times } = outcome
  return [
    work,
    `${multiple} ×`,
    perSecond.toFixed(0),
    `${right} of ${sent}`,
    (right / (atOne?.outcome.right ?? Number.NaN)).toFixed(2),
    percentile(times, 0.5).toFixed(0),
    percentile(times, 0.99).toFixed(0),
  ]
}
