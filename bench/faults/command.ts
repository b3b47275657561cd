import { parseArgs } from 'node:util'
import { load } from './load.ts'
import { watchMemory } from './memory.ts'
import { faults, floods, type Scenario } from './scenarios.ts'
import { type Stage, startStage } from './stage.ts'
import { isGood, type Measured, row, table } from './table.ts'
import { CALLER } from './webhooks.ts'

const USAGE =
  'npm run bench -- faults|flood [--calls 300] [--concurrency 20] [--only "signed reports"]'

/**
 * What callers wait for while something else fails (`faults`), or while others flood the server (`flood`).
 * Answers 1 when a caller heard nothing, too many had to wait for longer than they may, or a report of a true
 * sender was not stored.
 */
export async function faultsCommand(kind: 'faults' | 'flood', args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      calls: { type: 'string', default: '300' },
      concurrency: { type: 'string', default: '20' },
      // Of the circumstances, those whose name has it.
      only: { type: 'string', default: '' },
    },
  })
  const [calls = 0, concurrency = 0] = [values.calls, values.concurrency].map(Number)
  if (![calls, concurrency].every((count) => Number.isInteger(count) && count > 0)) {
    throw new Error(USAGE)
  }
  const stage = await startStage()
  process.once('SIGINT', () => void stage.stop().then(() => process.exit(130)))
  try {
    // Not measured: nothing is compiled and connected yet.
    for (const { webhook } of faults) await webhook.post(stage)
    const rows: string[][] = []
    let bad = 0
    const chosen = kind === 'flood' ? floods : faults
    for (const scenario of chosen.filter(({ label }) => label.includes(values.only))) {
      const measured = await measure(stage, scenario, { calls, concurrency })
      rows.push(row(scenario, measured))
      if (measured.lost) process.stderr.write(`${scenario.label}: ${measured.lost}\n`)
      if (!isGood(scenario, measured)) bad += 1
    }
    process.stdout.write(`${table(rows)}\n`)
    return bad > 0 ? 1 : 0
  } finally {
    await stage.stop()
  }
}

async function measure(
  stage: Stage,
  scenario: Scenario,
  rate: { calls: number; concurrency: number },
): Promise<Measured> {
  const calls = Math.ceil(rate.calls * (scenario.share ?? 1))
  const end = await scenario.begin(stage, calls + 1)
  const mostMb = watchMemory(stage.pid)
  let measured: Measured
  try {
    const loaded = await load(() => scenario.webhook.post(stage), { ...rate, calls })
    const { number } = stage[scenario.webhook.mode]
    const call = { from: CALLER, to: number }
    const { answered, agentSaid } = await stage.control('POST', 'calls', call)
    measured = { ...loaded, megabytes: mostMb(), callerHeard: answered ? agentSaid : '' }
  } catch (error) {
    await end()
    throw error
  }
  const lost = await end()
  return { ...measured, lost: typeof lost === 'string' ? lost : undefined }
}
