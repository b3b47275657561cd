import { createRetention } from '../database/retention.ts'
import { createHealthRoutes } from '../http/health-routes.ts'
import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import type { Module } from '../infrastructure/module.ts'
import type { AlertDirectly } from '../notifications/direct-alert.ts'
import { createDatabaseWatch } from './database-watch.ts'
import { VERSION } from './version.ts'

/** How often what is kept for a time only is looked through. */
const RETENTION_INTERVAL_MS = 3_600_000

/** How often a server looks whether the database still is of its release. */
const SCHEMA_INTERVAL_MS = 30_000

/** What the server does for itself: tells how it is, and deletes what has had its time. */
export function createUpkeep(
  infrastructure: Infrastructure,
  { alertDirectly }: { alertDirectly: AlertDirectly | undefined },
): Module {
  const { checkSchema } = infrastructure
  /** So that a migration of another release is told of, whoever asks for readiness or not. */
  const watch = createDatabaseWatch({ checkSchema, report: alertDirectly })
  return {
    routes: createHealthRoutes({ ...infrastructure, version: VERSION }),
    loops: [
      { name: 'schema', intervalMs: SCHEMA_INTERVAL_MS, tick: watch },
      {
        name: 'retention',
        everyMs: RETENTION_INTERVAL_MS,
        work: createRetention(infrastructure.db, infrastructure.config.retention),
      },
    ],
  }
}
