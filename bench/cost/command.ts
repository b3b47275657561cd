import { parseArgs } from 'node:util'
import { openSide, type Side } from '../compare/contenders.ts'
import { writeResults } from '../compare/results.ts'
import { besides } from '../compare/table.ts'
import { Endings, openGround } from '../world/ground.ts'
import { idleQueries } from './idle.ts'
import { memoryAfter } from './memory.ts'
import { startTimes } from './start.ts'
import { roundTrips } from './trips.ts'

const USAGE =
  'npm run bench -- cost [--before FOLDER] [--requests 10000] [--seconds 60] [--starts 5]'

/**
 * What the product costs while nobody asks it anything, and after many have: start, memory, round trips,
 * queries of idle loops. With `--before` beside another checkout, one after the other in each measure.
 */
export async function costCommand(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      before: { type: 'string' },
      requests: { type: 'string', default: '10000' },
      seconds: { type: 'string', default: '60' },
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
    const [requests = 0, seconds = 0, starts = 0] = [
      values.requests,
      values.seconds,
      values.starts,
    ].map(Number)
    if (![requests, seconds, starts].every((count) => Number.isInteger(count) && count > 0)) {
      throw new Error(USAGE)
    }
    const times = await startTimes(sides, ground, starts)
    const rows: [string, number[]][] = [
      ['start to /readyz, nothing compiled, ms', times.map(({ cold }) => cold)],
      ['start to /readyz, ms', times.map(({ warm }) => warm)],
      ['idle memory, MB', times.map(({ idleMb }) => idleMb)],
    ]
    const [own] = sides
    if (own) {
      for (const [name, trips] of await roundTrips(own, endings)) rows.push([name, [trips]])
    }
    const each = async (name: string, measure: (side: Side) => Promise<number>) => {
      const found: number[] = []
      for (const side of sides) found.push(await measure(side))
      rows.push([name, found])
    }
    await each(`queries a minute of idle loops, over ${seconds} s`, (side) =>
      idleQueries(side, endings, seconds),
    )
    await each(`memory after ${requests} requests, PostgreSQL, MB`, (side) =>
      memoryAfter(side, endings, requests, 'postgres'),
    )
    await each(`memory after ${requests} requests, Supabase, MB`, (side) =>
      memoryAfter(side, endings, requests, 'supabase'),
    )
    process.stdout.write(`${besides('measure', rows)}\n\n${await writeResults('cost', { rows })}\n`)
    return 0
  } finally {
    await endings.run()
  }
}
