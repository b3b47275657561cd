import { setTimeout as sleep } from 'node:timers/promises'
import {
  MAX_ENTRIES,
  type ProvisionResult,
} from '../../phone-numbers/provisioning/provision-view.ts'
import type { AskServer } from './client.ts'
import { laterOutcomeOf, type Outcome, outcomeOf } from './outcome.ts'
import type { Row } from './rows.ts'

/** So that what is on its way is seen soon. */
const BATCH = 100

export interface RunOptions {
  ask: AskServer
  dryRun: boolean
  /** Whether to stay until every order is done. */
  wait: boolean
  pollMs: number
  /** Called after each answer, with what each line has come to as far as it is known. */
  onProgress: (outcomes: Map<Row, Outcome>) => void
}

/**
 * Has the server give each organization its number, and follows the orders. May be broken off at any
 * time: what was sent goes on at the server, and the next run finds it.
 * @throws Error as AskServer does
 */
export async function provisionRows(rows: Row[], options: RunOptions): Promise<Map<Row, Outcome>> {
  const { ask, dryRun, wait, pollMs, onProgress } = options
  const outcomes = new Map<Row, Outcome>()
  const send = async (
    batch: Row[],
    request: Parameters<AskServer>[0],
    read: (result: ProvisionResult) => Outcome,
  ) => {
    const { results } = await ask(request)
    if (results.length !== batch.length) throw new Error('the server left out an organization')
    for (const [index, row] of batch.entries()) {
      const result = results[index]
      if (result) outcomes.set(row, read(result))
    }
    onProgress(outcomes)
  }

  for (const batch of batchesOf(rows, dryRun ? MAX_ENTRIES : BATCH)) {
    const organizations = batch.map(({ entry }) => entry)
    await send(batch, { organizations, dryRun }, outcomeOf)
  }
  for (let coming = comingOf(outcomes); wait && coming.length > 0; coming = comingOf(outcomes)) {
    await sleep(pollMs)
    for (const batch of batchesOf(coming, MAX_ENTRIES)) {
      const organizations = batch.map(({ organizationId }) => ({ organizationId }))
      // A dry run only looks.
      const rowsOfBatch = batch.map(({ row }) => row)
      await send(rowsOfBatch, { organizations, dryRun: true }, laterOutcomeOf)
    }
  }
  return outcomes
}

function comingOf(outcomes: Map<Row, Outcome>): { row: Row; organizationId: string }[] {
  return [...outcomes].flatMap(([row, outcome]) =>
    outcome.kind === 'coming' ? { row, organizationId: outcome.organizationId } : [],
  )
}

function* batchesOf<T>(items: T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size)
}
