import { z } from 'zod'
import type { Database } from '../platform/db.ts'
import { History } from './variables.ts'

export interface InboundCall {
  providerCallId: string
  conversationId: string | null
  agentId: string | null
  from: string
  to: string
  /** The caller as E.164; null when withheld. */
  customer: string | null
  requestId: string
}

const Begun = z.union([
  z.object({ organization: z.null() }),
  z.object({ organization: z.object({ id: z.uuid(), name: z.string() }), history: History }),
])

export type CallStore = ReturnType<typeof createCallStore>

export function createCallStore(db: Database) {
  return {
    /** Records an inbound call once per provider id; answers whose it is and what is known there. */
    beginInbound: (call: InboundCall, signal: AbortSignal) =>
      db.rpc(
        'begin_inbound_call',
        {
          p_provider_call_id: call.providerCallId,
          p_conversation_id: call.conversationId,
          p_agent_id: call.agentId,
          p_from: call.from,
          p_to: call.to,
          p_customer: call.customer,
          p_request_id: call.requestId,
        },
        Begun,
        { signal },
      ),
  }
}
