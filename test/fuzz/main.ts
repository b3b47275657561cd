import { parseArgs } from 'node:util'
import { startVitest } from 'vitest/node'

const USAGE = 'npm run fuzz -- [--runs N] [--seed S]'

/** Asks every route N times by every caller, with requests that the seed makes. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '20' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    },
  })
  const [runs = 0, seed = 0] = [values.runs, values.seed].map(Number)
  if (!Number.isInteger(runs) || runs < 1 || !Number.isInteger(seed)) throw new Error(USAGE)
  process.stdout.write(`again: npm run fuzz -- --runs ${runs} --seed ${seed}\n`)
  const vitest = await startVitest('test', ['test/fuzz/fuzz.test.ts'], {
    watch: false,
    provide: { fuzz: { runs, seed } },
  })
  await vitest.close()
  return vitest.state.getCountOfFailedTests() > 0 ? 1 : 0
}

main().then(
  (status) => process.exit(status),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`)
    process.exit(1)
  },
)
