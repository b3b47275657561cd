import { runCommand, runUntilSignal, say } from '../src/platform/process.ts'
import { isolateEnvironment } from './environment.ts'

const migrations = new URL('../migrations/', import.meta.url)

const given = { ...process.env }
// Before anything of it is loaded: nothing here may reach a real account.
isolateEnvironment(process.env)

runCommand(process.argv[2] ?? 'sandbox', {
  async sandbox() {
    const { startSandbox } = await import('./sandbox.ts')
    await runUntilSignal(() => startSandbox({ env: given, migrations, say }))
  },
  /** For whoever works on it: the server's log on stdout, as well as everything else. */
  async dev() {
    const { startSandbox } = await import('./sandbox.ts')
    await runUntilSignal(() => startSandbox({ env: given, migrations, say, log: process.stdout }))
  },
  async demo() {
    const { runDemo } = await import('./demo/demo.ts')
    await runDemo({ migrations, say })
    process.exit(0)
  },
})
