import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import type { Module } from '../infrastructure/module.ts'
import { createAuditStore } from './audit-store.ts'
import { createAuditRoutes } from './routes.ts'

/** What was changed by whom, for whoever may read it. */
export function createAudit({ db }: Infrastructure): Module {
  return { routes: createAuditRoutes({ audit: createAuditStore(db) }), loops: [] }
}
