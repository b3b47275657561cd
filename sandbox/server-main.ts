import { parseConfig } from '../src/config/config.ts'
import { runCommand, runUntilSignal } from '../src/platform/process.ts'
import { startServer } from '../src/server/server.ts'
import { timingsOf } from './timings.ts'

/** The server as `npm start` has it, but for its timings: a process that chaos and tests may kill. */
runCommand(process.argv[2] ?? 'server', {
  server: () => runUntilSignal(() => startServer(parseConfig(process.env, timingsOf(process.env)))),
})
