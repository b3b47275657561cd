import { CarrierError } from '../carriers/ports/carrier-error.ts'
import type { Database } from '../database/db.ts'
import { type LeasedWork, underLease } from '../database/lease.ts'
import type { Actor } from '../platform/actor.ts'
import { AppError } from '../platform/errors.ts'
import type { Logger } from '../platform/logger.ts'
import type { ReconcileStore } from './reconcile-store.ts'
import type { ReconcileMode, Report } from './report.ts'
import type { Sweep } from './sweep.ts'

/** The lease under which one server at a time sweeps. */
export const RECONCILE_LEASE = 'reconcile'

const nothingAccepted = { acceptPublicUrl: false, acceptMany: false }

export type Reconcile = ReturnType<typeof createReconcile>

/** The sweep as operators ask for it, and as the loop runs it. */
export function createReconcile(deps: {
  db: Database
  store: ReconcileStore
  sweep: Sweep
  everyMs: number
  leaseMs: number
  /** Aborts when the server stops: a sweep is broken off between two of its steps. */
  stopping: AbortSignal
  log: Logger
}) {
  const { store } = deps
  /** A person is told of a list that is wrong, and not of a carrier that is away: that is the loop's. */
  const sweep: Sweep = async (run, signal) => {
    try {
      const report = await deps.sweep(run, signal)
      if (report) await store.reportUnread(null)
      return report
    } catch (thrown) {
      if (thrown instanceof CarrierError && thrown.kind === 'bad_reply')
        await store.reportUnread(thrown.message)
      throw thrown
    }
  }
  const log = (report: Report | undefined) => {
    if (report && report.counts.repaired > 0) deps.log.warn(report.counts, 'numbers repaired')
  }

  return {
    /**
     * Sweeps now, and answers when that is finished. `acceptMany`: also what would change many
     * numbers in one way, which is otherwise left to a person.
     * @throws AppError reconcile_running, public_url_changed, not_ready (the server stops); CarrierError
     */
    async now(
      actor: Actor,
      mode: ReconcileMode,
      acceptPublicUrl: boolean,
      acceptMany = false,
    ): Promise<Report> {
      let report: Report | undefined
      const { db, leaseMs } = deps
      // However often somebody only looks, the loop repairs when its time has come.
      const everyMs = mode === 'repair' ? deps.everyMs : null
      const lease = { db, name: RECONCILE_LEASE, everyMs, leaseMs }
      const work = async (signal: AbortSignal) => {
        if (mode === 'repair') await store.beginRepair(actor, { acceptPublicUrl, acceptMany })
        report = await sweep({ mode, cause: 'request', actor, refused: null, acceptMany }, signal)
        return undefined
      }
      await underLease(lease, work, { signal: deps.stopping, now: true })
      log(report)
      if (report) return report
      if (deps.stopping.aborted) {
        throw new AppError(
          'not_ready',
          'The server is shutting down: compare the numbers again later',
        )
      }
      throw new AppError(
        'reconcile_running',
        'The numbers are being compared with the carriers at this moment: GET /api/admin/reconcile shows the report when it is finished',
      )
    },

    /** Repairs, unless PUBLIC_URL is another than the numbers were pointed at: then it only tells. */
    work: (async (signal) => {
      const actor: Actor = { kind: 'system' }
      const refused = await store.beginRepair(actor, nothingAccepted).then(
        () => null,
        (thrown: unknown) => {
          if (thrown instanceof AppError && thrown.code === 'public_url_changed')
            return thrown.message
          throw thrown
        },
      )
      log(
        await sweep(
          { mode: refused ? 'dry-run' : 'repair', cause: 'loop', actor, refused },
          signal,
        ),
      )
      return undefined
    }) satisfies LeasedWork<Record<string, never>>,
  }
}
