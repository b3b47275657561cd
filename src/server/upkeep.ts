import { createRetention } from '../database/retention.ts'
import { createHealthRoutes } from '../http/health-routes.ts'
import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import type { Module } from '../infrastructure/module.ts'
import { isNotReady } from '../platform/errors.ts'

/** How often what is kept for a time only is looked through. */
const RETENTION_INTERVAL_MS = 3_600_000

/** How often a server looks whether the database still is of its release. */
const SCHEMA_INTERVAL_MS = 30_000

/** What the server does for itself: tells how it is, and deletes what has had its time. */
export function createUpkeep(infrastructure: Infrastructure): Module {
  /** So that a migration of another release is told of, whoever asks for readiness or not. */
  const watchSchema = (signal: AbortSignal) =>
    infrastructure.checkSchema(signal).then(
      () => {},
      (thrown: unknown) => {
        if (!isNotReady(thrown)) throw thrown
      },
    )
  return {
    routes: createHealthRoutes(infrastructure),
    loops: [
      { name: 'schema', intervalMs: SCHEMA_INTERVAL_MS, tick: watchSchema },
      {
        name: 'retention',
        everyMs: RETENTION_INTERVAL_MS,
        work: createRetention(infrastructure.db),
      },
    ],
  }
}
