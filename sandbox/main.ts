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
  async demo() {
    const { runDemo } = await import('./demo/demo.ts')
    await runDemo({ migrations, say })
    process.exit(0)
  },
})
