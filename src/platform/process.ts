import { toError } from './errors.ts'

/**
 * Starts something and stops it in order at the first signal, also at one that comes while it
 * starts; the second ends the process at once. SIGHUP is a closed terminal.
 */
export async function runUntilSignal(
  start: () => Promise<{ stop(): Promise<void> }>,
): Promise<void> {
  const signaled = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.once(signal, () => {
        resolve()
        process.on(signal, () => process.exit(1))
      })
    }
  })
  const running = await start()
  await signaled
  await running.stop()
  process.exit(0)
}

/** Runs the command that the command line names. What it throws is told, and ends the process with 1. */
export function runCommand(name: string, commands: Record<string, () => Promise<void>>): void {
  const command = commands[name]
  if (command) runToEnd(name, command)
  else fail(new Error(`Unknown command "${name}": one of ${Object.keys(commands).join(', ')}`))
}

/** A command that has nothing left to wait for, and is not done, has failed; Node would end with 0. */
function runToEnd(name: string, command: () => Promise<void>): void {
  const giveUp = () => fail(new Error(`"${name}" came to a halt before it was done`))
  process.once('beforeExit', giveUp)
  command().then(() => void process.off('beforeExit', giveUp), fail)
}

/** A line for whoever runs the command. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** The same for what is not as it was meant. */
export function complain(line: string): void {
  process.stderr.write(`${line}\n`)
}

function fail(thrown: unknown): void {
  complain(toError(thrown).message)
  process.exit(1)
}
