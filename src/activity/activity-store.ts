import { z } from 'zod'
import { type Database, type PageRequest, pageSchema } from '../database/db.ts'
import { Timestamp } from '../database/timestamp.ts'
import { ReasonInWords } from '../telephony/failure-reason.ts'

export const ActivityKind = z.enum(['call', 'text'])

/** A call or a text, without what was said. */
export const Activity = z
  .object({
    kind: ActivityKind,
    id: z.guid(),
    organization_id: z.guid(),
    organization_name: z.string(),
    direction: z.enum(['inbound', 'outbound']),
    status: z.string().describe('that of the call or of the text'),
    from: z.string(),
    to: z.string(),
    failure_reason: ReasonInWords,
    duration_seconds: z.int().nullable(),
    answered_by: z.enum(['person', 'voicemail', 'nobody']).nullable(),
    created_at: Timestamp,
  })
  .meta({ id: 'Activity' })

export interface ActivityFilter {
  /** Null: both. */
  kind: z.infer<typeof ActivityKind> | null
  isFailed: boolean
}

export type ActivityStore = ReturnType<typeof createActivityStore>

export function createActivityStore(db: Database) {
  return {
    list: (filter: ActivityFilter, page: PageRequest) =>
      db.rpc('list_activity', { ...filter, ...page }, pageSchema(Activity)),
  }
}
