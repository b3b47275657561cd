import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** With which every command of package.json begins: it keeps the compiled code between starts. */
const REQUIRED = new URL('../../src/require-node.cjs', import.meta.url).pathname

/** A real process of this project, which whoever starts it has to end; a command may have arguments. */
export function spawnChild(
  command: string | string[],
  env: Record<string, string | undefined>,
  cwd = process.cwd(),
  main = mainOf([command].flat()[0]),
) {
  const { PATH, HOME } = process.env
  const child = spawn(process.execPath, ['-r', REQUIRED, main, ...[command].flat()], {
    cwd,
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let more = Promise.withResolvers<void>()
  const hear = (chunk: Buffer) => {
    output += chunk
    more.resolve()
    more = Promise.withResolvers()
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  const exited = once(child, 'exit').then(([code]) => code as number | null)

  return {
    child,
    exited,
    output: () => output,
    /** Resolves when the output contains `text`; rejects when the process ends without it. */
    async says(text: string): Promise<void> {
      const ended = exited.then(() => true)
      while (!output.includes(text)) {
        if (await Promise.race([ended, more.promise.then(() => false)])) break
      }
      if (!output.includes(text))
        throw new Error(`the process ended without saying "${text}":\n${output}`)
    },
  }
}

/** The sandbox has entries of its own, so that the product never loads it. */
function mainOf(command: string | undefined): string {
  const ofSandbox = command === 'sandbox' || command === 'demo'
  const main =
    command === 'server' ? 'sandbox/server-main' : ofSandbox ? 'sandbox/main' : 'src/main'
  return new URL(`../../${main}.ts`, import.meta.url).pathname
}
