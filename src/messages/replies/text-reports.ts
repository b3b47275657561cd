import { z } from 'zod'
import type { CallReport } from '../../carriers/ports/voice-agents.ts'
import type { Database } from '../../database/db.ts'

const Result = z.object({
  result: z.enum(['applied', 'duplicate', 'erased', 'foreign']),
  organization_id: z.guid().nullish(),
})

type TextReport = Pick<CallReport, 'conversationId' | 'callId' | 'agentId' | 'costMicros'>

export type TextReports = ReturnType<typeof createTextReports>

/** What the platform tells of conversations in writing. */
export function createTextReports(db: Database) {
  return {
    /** What it cost, once known; foreign: it is none of ours. Repeats change nothing. */
    record: ({ conversationId, callId, agentId, costMicros }: TextReport) =>
      db.rpc(
        'record_text_report',
        { conversationId, turnId: callId, agentId, cost: costMicros },
        Result,
      ),
    /** A look found nothing out though the platform answered: there are four of those. */
    countPoll: (conversationId: string) =>
      db.rpc('count_text_poll', { conversationId }, z.object({ counted: z.boolean() })),
    /** Those whose end was not reported, and is to be looked up. */
    claimToPoll: (limit: number) =>
      db
        .rpc('claim_text_conversations', { limit }, z.object({ ids: z.array(z.string()) }))
        .then(({ ids }) => ids),
  }
}
