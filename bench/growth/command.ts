import { parseArgs } from 'node:util'
import { startThrowawayPostgres } from '../../sandbox/postgres/throwaway-postgres.ts'
import { machine, writeResults } from '../compare/results.ts'
import { type Growth, measureGrowth } from './measure.ts'
import { growthTable, unsoundGrowth } from './table.ts'

const USAGE =
  'npm run bench -- growth [--organizations 1000,10000,100000] [--texts 1000000] [--contacts 2000] [--pool 1000]'

/**
 * Fills a database of so many organizations after the other, with one that has far more of all, and times what
 * might grow with them. Answers 1, without a ratio, where something took longer than the application waits or
 * gave other rows at another size.
 */
export async function growthCommand(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      organizations: { type: 'string', default: '1000,10000,100000' },
      /** Of the hot organization. */
      texts: { type: 'string', default: '1000000' },
      contacts: { type: 'string', default: '2000' },
      pool: { type: 'string', default: '1000' },
    },
  })
  const sizes = values.organizations.split(',').map(Number)
  const [hotTexts = 0, hotContacts = 0, pool = 0] = [
    values.texts,
    values.contacts,
    values.pool,
  ].map(Number)
  if (
    ![...sizes, hotTexts, hotContacts, pool].every((count) => Number.isInteger(count) && count > 0)
  ) {
    throw new Error(USAGE)
  }
  const postgres = await startThrowawayPostgres('orgline-growth-', { durable: false })
  try {
    const growth: Growth[] = []
    for (const organizations of sizes) {
      process.stderr.write(`Filling ${organizations} organizations …\n`)
      growth.push(await measureGrowth(postgres, { organizations, hotTexts, hotContacts, pool }))
    }
    const { cores, processor = 'unknown' } = machine()
    const problems = unsoundGrowth(growth)
    const table = growthTable(growth, growth.length > 1 && problems.length === 0)
    process.stdout.write(`${cores} cores (${processor}), PostgreSQL beside\n\n${table}\n`)
    process.stderr.write(`${await writeResults('growth', { growth })}\n`)
    if (problems.length === 0) return 0
    process.stdout.write(`\nNo ratio comes of this run:\n${problems.join('\n')}\n`)
    return 1
  } finally {
    await postgres.stop()
  }
}
