import { parseArgs } from 'node:util'
import { openSide, type Side } from '../compare/contenders.ts'
import { writeResults } from '../compare/results.ts'
import { markdown } from '../compare/table.ts'
import { Endings, openGround } from '../world/ground.ts'
import { idleQueries } from './idle.ts'
import { memoryAfter } from './memory.ts'
import { startTimes } from './start.ts'

const HEAD = ['measure', 'Orgline', 'before', 'ratio']

/**
 * What the product costs while nobody asks it anything, and after many have: start, memory, queries of idle
 * loops. With `--before` beside another checkout, one after the other in each measure.
 */
export async function costCommand(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      before: { type: 'string' },
      requests: { type: 'string', default: '10000' },
      seconds: { type: 'string', default: '30' },
      starts: { type: 'string', default: '5' },
    },
  })
  const endings = new Endings()
  process.once('SIGINT', () => void endings.run().then(() => process.exit(130)))
  try {
    const ground = await openGround(endings)
    const sides = [await openSide(ground, endings, 'Orgline', process.cwd())]
    if (values.before) {
      sides.push(await openSide(ground, endings, 'Orgline before', values.before))
    }
    const [requests, seconds, starts] = [values.requests, values.seconds, values.starts].map(Number)
    const times = await startTimes(sides, ground, starts ?? 1)
    const rows: [string, number[]][] = [
      ['start to /readyz, nothing compiled, ms', times.map(({ cold }) => cold)],
      ['start to /readyz, ms', times.map(({ warm }) => warm)],
      ['idle memory, MB', times.map(({ idleMb }) => idleMb)],
    ]
    const each = async (name: string, measure: (side: Side) => Promise<number>) => {
      const found: number[] = []
      for (const side of sides) found.push(await measure(side))
      rows.push([name, found])
    }
    await each(`queries a minute of idle loops, over ${seconds} s`, (side) =>
      idleQueries(side, endings, seconds ?? 30),
    )
    await each(`memory after ${requests} requests, PostgreSQL, MB`, (side) =>
      memoryAfter(side, endings, requests ?? 0, 'postgres'),
    )
    await each(`memory after ${requests} requests, Supabase, MB`, (side) =>
      memoryAfter(side, endings, requests ?? 0, 'supabase'),
    )
    const cells = rows.map(([name, [own = Number.NaN, before]]) => [
      name,
      own.toFixed(0),
      before?.toFixed(0) ?? '',
      before ? (own / before).toFixed(2) : '',
    ])
    process.stdout.write(`${markdown(HEAD, cells)}\n\n${await writeResults('cost', { rows })}\n`)
    return 0
  } finally {
    await endings.run()
  }
}
