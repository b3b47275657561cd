import type { z } from 'zod'
import { type Database, type PageRequest, pageSchema } from '../../database/db.ts'
import type { Actor } from '../../platform/actor.ts'
import { Call, type CallDirection, type CallStatus, CallWithTranscript } from '../call.ts'

export interface CallFilter {
  direction: z.infer<typeof CallDirection> | null
  status: z.infer<typeof CallStatus> | null
  contactId: string | null
  /** ISO time: began then or later. */
  from: string | null
  /** ISO time: began before. */
  to: string | null
}

export type CallRecords = ReturnType<typeof createCallRecords>

/** The calls of an organization, for its own to read. */
export function createCallRecords(db: Database) {
  return {
    /** @throws AppError organization_not_found */
    list: (
      actor: Actor,
      organizationId: string,
      filter: CallFilter,
      { limit, cursor }: PageRequest,
    ) =>
      db.rpc('list_calls', { actor, organizationId, ...filter, limit, cursor }, pageSchema(Call)),
    /** @throws AppError organization_not_found, call_not_found */
    get: (actor: Actor, organizationId: string, callId: string) =>
      db.rpc('get_call', { actor, organizationId, callId }, CallWithTranscript),
  }
}
