import { parseArgs } from 'node:util'
import { compareCommand } from '../compare/command.ts'
import { costCommand } from '../cost/command.ts'
import { flowsCommand } from '../flows/command.ts'
import { overloadCommand } from '../overload/command.ts'
import { pairCommand } from '../pair/command.ts'

type Part = [name: string, command: (args: string[]) => Promise<number>, args: string[]]

/**
 * Every part of the bench that fits into a quarter of an hour, one after the other. Answers 1 when one of
 * them does.
 */
export async function wholeCommand(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { before: { type: 'string' } } })
  const before = values.before === undefined ? [] : ['--before', values.before]
  const parts: Part[] = [
    ['compare', compareCommand, ['--whole', ...before]],
    ['overload', overloadCommand, []],
    ['cost', costCommand, before],
    ['flows', flowsCommand, before],
    ['pair', pairCommand, []],
  ]
  const unsound: string[] = []
  for (const [name, command, own] of parts) {
    const startedAt = performance.now()
    process.stdout.write(`\n## ${name}\n\n`)
    // One part that fails says so, and takes none of the others with it.
    const status = await command(own).catch((error: unknown) => {
      process.stdout.write(`${error}\n`)
      return 1
    })
    if (status !== 0) unsound.push(name)
    process.stderr.write(`${name}: ${((performance.now() - startedAt) / 60_000).toFixed(1)} min\n`)
  }
  if (unsound.length > 0) process.stdout.write(`\nNot to be used: ${unsound.join(', ')}\n`)
  return unsound.length > 0 ? 1 : 0
}
