import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/postgres-server.ts'],
    // More than there are cores: most tests wait for a database or a server.
    maxWorkers: 4,
    // Every file brings its own data, so a worker need not be made anew for each.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
