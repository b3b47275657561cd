import type { Actor } from '../../platform/actor.ts'
import { AppError, toError } from '../../platform/errors.ts'
import type { Logger } from '../../platform/logger.ts'
import { type NumberCriteria, toCriteria } from '../number-criteria.ts'
import { type CheckedEntry, checkEntry, labelOf, lookups } from './provision-entry.ts'
import type { PlanRow, ProvisionStore } from './provision-store.ts'
import {
  MAX_ENTRIES,
  type ProvisionAnswer,
  type ProvisionResult,
  presentAnswer,
  presentProvisioned,
} from './provision-view.ts'

export type Provision = (
  actor: Actor,
  organizations: unknown[] | 'all',
  options: { dryRun: boolean; effectId: string },
) => Promise<ProvisionAnswer>

/**
 * Gives each organization that has none a number: of the pool, live at once, or an order that the
 * orders loop works on; nothing is waited for. Each is a transaction of its own, at most
 * `concurrency` at once, and each entry has its own result, in the order sent: a wrong one, or one
 * about an organization that another is about, fails alone. A repeat, with the same effect, finds what is there, and
 * gives nothing anew where it was taken away meanwhile.
 * @throws AppError database_unavailable: what was done until then stays, and a repeat goes on
 */
export function createProvision(deps: {
  store: ProvisionStore
  concurrency: number
  log: Logger
}): Provision {
  async function provision(
    actor: Actor,
    row: PlanRow,
    criteria: NumberCriteria,
    effectId: string,
  ): Promise<ProvisionResult> {
    try {
      return presentProvisioned(
        row,
        await deps.store.provision(actor, row.organization_id, criteria, effectId),
      )
    } catch (thrown) {
      if (thrown instanceof AppError && thrown.code === 'database_unavailable') throw thrown
      if (thrown instanceof AppError && thrown.code === 'wrong_state')
        return failed(row, thrown.message)
      deps.log.error({ err: toError(thrown) }, 'an organization could not be provisioned')
      return failed(row, 'Something went wrong on our side: send this entry again')
    }
  }

  async function provisionAll(
    actor: Actor,
    due: Due[],
    results: ProvisionResult[],
    effectId: string,
  ): Promise<void> {
    const waiting = oneByOne(due)
    const worker = async () => {
      for (const { row, criteria } of waiting)
        results[row.position] = await provision(actor, row, criteria, effectId)
    }
    await Promise.all(Array.from({ length: deps.concurrency }, worker))
  }

  return async (actor, organizations, { dryRun, effectId }) => {
    const entries = organizations === 'all' ? null : organizations.map(checkEntry)
    const plan = await deps.store.plan(entries ? lookups(entries) : 'all', MAX_ENTRIES)
    const results = entries ? entries.map(refuse) : []
    const due: Due[] = []
    const seen = new Map<string, number>()
    for (const row of plan.rows) {
      const first = seen.get(row.organization_id)
      seen.set(row.organization_id, first ?? row.position)
      if (first !== undefined) {
        const error = `Organization "${row.name}" is entry ${first + 1} of this request already`
        results[row.position] = failed(row, error)
      } else if (row.status === 'none') {
        due.push({ row, criteria: entries?.[row.position]?.criteria ?? toCriteria({}) })
      } else {
        results[row.position] = presentProvisioned(row, { ...row, status: row.status })
      }
    }
    if (dryRun) foresee(due, plan.pool, results)
    else await provisionAll(actor, due, results, effectId)
    return presentAnswer(dryRun, results, plan.remaining)
  }
}

/** An organization without a number, and the one wanted for it. */
interface Due {
  row: PlanRow
  criteria: NumberCriteria
}

/**
 * What the pool would be enough for: whatever the area code, a number of the country is taken; of
 * any, those of the US first, where the criteria names none.
 */
function foresee(due: Due[], pool: Record<string, number>, results: ProvisionResult[]): void {
  const left = { ...pool }
  for (const { row, criteria } of due) {
    const countries = criteria.country ? [criteria.country] : ['US', ...Object.keys(left)]
    const country = countries.find((each) => (left[each] ?? 0) > 0)
    if (country) left[country] = (left[country] ?? 0) - 1
    const status = country ? 'would_assign' : 'would_order'
    results[row.position] = presentProvisioned(row, { ...row, status })
  }
}

/** Ends for all who take of it as soon as one of them throws, as the iterator of an array does not. */
function* oneByOne<T>(items: T[]): Generator<T> {
  yield* items
}

/** What an entry comes to that no organization is found for. */
function refuse(entry: CheckedEntry): ProvisionResult {
  const { organizationId, slug, error = `No organization has the ${labelOf(entry)}` } = entry
  return { organizationId, slug, name: null, status: 'failed', error }
}

function failed(row: PlanRow, error: string): ProvisionResult {
  const { organization_id: organizationId, slug, name } = row
  return { organizationId, slug, name, status: 'failed', error }
}
