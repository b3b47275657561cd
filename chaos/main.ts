import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Cluster, startCluster } from './cluster.ts'
import { makePlan } from './make-plan.ts'
import type { Plan } from './plan.ts'
import { isBad, type Outcome, run } from './run.ts'
import { measureSpeedUp } from './speed-up.ts'
import { table } from './table.ts'

const USAGE = 'npm run chaos -- [--runs N] [--seed S] [--workers W] [--no-speed-up]'

/** Plays plans with the seeds S, S+1, … until there were N; W of them at the same time. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      workers: { type: 'string', default: '2' },
      'speed-up': { type: 'boolean', default: true },
    },
    allowNegative: true,
  })
  const [runs, seed, workers] = [values.runs, values.seed, values.workers].map(Number)
  if (!isCount(runs) || !isCount(workers) || !Number.isInteger(seed)) throw new Error(USAGE)

  const outcomes: Outcome[] = []
  let next = 0
  let brokenOff = 0
  const work = () =>
    withCluster(async (cluster) => {
      while (next < runs) {
        const plan = makePlan(Number(seed) + next)
        next += 1
        const outcome = await report(cluster, plan)
        if (outcome) outcomes.push(outcome)
        else brokenOff += 1
        if (outcomes.length % 20 === 0) reportProgress(`${outcomes.length} of ${runs} plans played`)
      }
    })
  const ended = await Promise.allSettled(Array.from({ length: Math.min(workers, runs) }, work))
  const failed = ended.find((each) => each.status === 'rejected')
  if (failed) throw failed.reason
  say(table(outcomes))
  if (values['speed-up']) say(await withCluster(measureSpeedUp))
  if (brokenOff > 0) say(`${brokenOff} plans broke off, and are not counted above`)
  return brokenOff > 0 || outcomes.some(({ verdict }) => isBad(verdict)) ? 1 : 0
}

async function withCluster<T>(work: (cluster: Cluster) => Promise<T>): Promise<T> {
  const cluster = await startCluster()
  try {
    return await work(cluster)
  } finally {
    await cluster.stop()
  }
}

/** Undefined where the run broke off. */
async function report(cluster: Cluster, plan: Plan): Promise<Outcome | undefined> {
  const outcome = await run(cluster, plan).catch((error: unknown) => {
    say(`seed ${plan.seed} broke off: ${error instanceof Error ? error.stack : error}`)
  })
  if (!outcome) return undefined
  if (isBad(outcome.verdict)) {
    say(`seed ${plan.seed} fails: ${JSON.stringify(outcome.verdict)}`)
    say(`  again: npm run chaos -- --runs 1 --seed ${plan.seed}`)
    const log = join(tmpdir(), `orgline-chaos-${plan.seed}.log`)
    writeFileSync(
      log,
      `${JSON.stringify({ ...outcome, logs: undefined }, null, 2)}\n${outcome.logs}`,
    )
    say(`  plan, what became of it, and the servers' logs: ${log}`)
    for (const line of outcome.details) say(`  ${line}`)
  }
  return outcome
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value > 0
}

function reportProgress(text: string): void {
  process.stderr.write(`${text}\n`)
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

main().then(
  (status) => process.exit(status),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`)
    process.exit(1)
  },
)
