import type { Database, PageRequest } from '../database/db.ts'
import type { Actor } from '../platform/actor.ts'
import type { Month } from './month.ts'
import { Usage, UsagePage, UsageTotal } from './usage.ts'

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
  /** A conversation in writing. */
  textReply: number
}

export type UsageStore = ReturnType<typeof createUsageStore>

/** What months cost. */
export function createUsageStore(db: Database, rates: Rates) {
  const spanOf = ({ from, to }: Month) => ({ from, to, rates })
  return {
    /** @throws AppError organization_not_found */
    ofOrganization: (actor: Actor, organizationId: string, month: Month) =>
      db.rpc('organization_usage', { actor, organizationId, ...spanOf(month) }, Usage),
    /** Of the organizations, by their names; so many are looked at, and those that have cost anything answered. */
    page: (month: Month, { limit, cursor }: PageRequest) =>
      db.rpc('usage_of_all', { ...spanOf(month), limit, cursor }, UsagePage),
    /** Of all, and of the idle stock. */
    total: (month: Month) => db.rpc('usage_total', spanOf(month), UsageTotal),
  }
}
