import type { Database } from '../database/db.ts'
import type { Actor } from '../platform/actor.ts'
import type { Month } from './month.ts'
import { Usage, UsageOfAll } from './usage.ts'

/** What stands for prices that are not known, in micro-dollars. */
export interface Rates {
  /** A number, a month. */
  number: number
  /** A segment of a text. */
  segment: number
  /** A minute of a call. */
  minute: number
  /** A minute of a conversation with an agent. */
  agentMinute: number
}

export type UsageStore = ReturnType<typeof createUsageStore>

/** What months cost. */
export function createUsageStore(db: Database, rates: Rates) {
  const spanOf = ({ from, to }: Month) => ({ from, to, rates })
  return {
    /** @throws AppError organization_not_found */
    ofOrganization: (actor: Actor, organizationId: string, month: Month) =>
      db.rpc('organization_usage', { actor, organizationId, ...spanOf(month) }, Usage),
    ofAll: (month: Month) => db.rpc('usage_of_all', spanOf(month), UsageOfAll),
  }
}
