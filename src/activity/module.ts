import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import type { Module } from '../infrastructure/module.ts'
import { createActivityStore } from './activity-store.ts'
import { createActivityRoutes } from './routes.ts'

/** The calls and texts of all organizations, for operators. */
export function createActivity({ db }: Infrastructure): Module {
  return { routes: createActivityRoutes(createActivityStore(db)), loops: [] }
}
