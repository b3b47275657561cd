import { inspect } from 'node:util'
import { compareCommand } from './compare/command.ts'
import { costCommand } from './cost/command.ts'
import { faultsCommand } from './faults/command.ts'
import { flowsCommand } from './flows/command.ts'
import { growthCommand } from './growth/command.ts'
import { listeningCommand } from './listening/command.ts'
import { overloadCommand } from './overload/command.ts'
import { pairCommand } from './pair/command.ts'
import { wholeCommand } from './whole/command.ts'

/** Each answers the status to end with. */
const commands: Record<string, (args: string[]) => Promise<number>> = {
  whole: wholeCommand,
  compare: compareCommand,
  overload: overloadCommand,
  cost: costCommand,
  flows: flowsCommand,
  pair: pairCommand,
  growth: growthCommand,
  listening: listeningCommand,
  faults: (args) => faultsCommand('faults', args),
  flood: (args) => faultsCommand('flood', args),
}

const [first = ''] = process.argv.slice(2)
const isNamed = first in commands
const command = commands[isNamed ? first : 'compare'] ?? compareCommand

command(process.argv.slice(isNamed ? 3 : 2)).then(
  (status) => process.exit(status),
  (error: unknown) => {
    process.stderr.write(`${inspect(error)}\n`)
    process.exit(1)
  },
)
