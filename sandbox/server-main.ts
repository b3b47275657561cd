import { once } from 'node:events'
import { parseConfig } from '../src/config/config.ts'
import { runCommand, runUntilSignal, say } from '../src/platform/process.ts'
import { startServer } from '../src/server/server.ts'
import { NOTICE, timingsOf } from './timings.ts'

const { env } = process

/** Says how long the notice of a stop is to be, and ends it at a signal. */
async function untilSignal(signal: string, ms: number): Promise<void> {
  const signaled = once(process, signal)
  say(`a notice of ${ms} ms`)
  await signaled
}

/** The server as `npm start` has it, but for its timings: a process that chaos and tests may kill. */
runCommand(process.argv[2] ?? 'server', {
  server: () =>
    runUntilSignal(() => {
      const signal = env[NOTICE]
      const overrides = signal ? { notice: (ms: number) => untilSignal(signal, ms) } : {}
      return startServer(parseConfig(env, timingsOf(env)), overrides)
    }),
})
