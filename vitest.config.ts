import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The files that take longest, longest first: begun last, they would be waited for alone. */
const LONGEST = [
  'chaos-mutants',
  'chaos-sound',
  'api10-unsafe-consumption',
  'webhook-order',
  'console-access',
  'operator-day',
  'sandbox',
  'isolation',
  'token-rotation',
  'migrate-cluster',
  'number-states',
  'stopping',
  'fuzz',
  'carrier-faults',
  'demo',
  'provision',
  'embedded-postgres',
  'api2-authentication',
  'row-limits',
  'guards',
  'refusal-size',
  'database-turns',
  'chaos',
  'server',
  'deployed',
  'documented-replies',
  'body-memory',
  'asked-elsewhere',
  'unannounced-calls',
  'voice-modes',
  'release',
  'body-life',
  'unread-bodies',
  'activation-refused',
  'reconcile',
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    const rank = ({ moduleId }: TestSpecification) => {
      const index = LONGEST.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`))
      return index === -1 ? LONGEST.length : index
    }
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other))
  }
}

/**
 * Which way the tests go to the database: straight to PostgreSQL, or, with DATABASE_DOOR=postgrest, by
 * supabase-js to a stand-in for PostgREST. Both ways are the same to everybody, and so have the same tests.
 */
const doors =
  process.env.DATABASE_DOOR === 'postgrest'
    ? [
        {
          find: /^.*\/postgres\/door\.ts$/,
          replacement: new URL('test/support/postgrest-door.ts', import.meta.url).pathname,
        },
      ]
    : []

export default defineConfig({
  resolve: { alias: doors },
  test: {
    include: ['test/**/*.test.ts'],
    // Each route once by each caller; `npm run fuzz` has more, from other seeds.
    provide: { fuzz: { runs: 1, seed: 1 } },
    globalSetup: ['test/support/postgres-server.ts'],
    // More than there are cores: most tests wait for a database or a server.
    maxWorkers: 4,
    // Every file brings its own data, so a worker need not be made anew for each.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // Bounds for what hangs, and nothing that a test decides by.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000, interval: 10 } },
  },
})
