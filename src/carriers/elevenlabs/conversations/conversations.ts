import { z } from 'zod'
import { CarrierError } from '../../ports/carrier-error.ts'
import type { CallReport, VoiceAgents } from '../../ports/voice-agents.ts'
import type { ElevenLabsClient } from '../client.ts'
import { cursorPages } from '../cursor-pages.ts'
import { readRows } from '../read-rows.ts'
import { Conversation, toCallReport } from './conversation.ts'
import { createReadLongConversation } from './long-conversation.ts'

const Dialed = z.object({
  success: z.boolean(),
  message: z.string().catch(''),
  conversation_id: z.string().nullish(),
  callSid: z.string().nullish(),
})

const Found = z.object({ conversations: z.array(z.object({ conversation_id: z.string() })) })

const Listed = z
  .object({ conversation_id: z.string(), start_time_unix_secs: z.number(), status: z.string() })
  .transform((item) => ({
    conversationId: item.conversation_id,
    startedAt: new Date(item.start_time_unix_secs * 1_000),
    isOver: item.status === 'done' || item.status === 'failed',
  }))

const Known = z
  .object({ conversation_id: z.string().min(1).optional().catch(undefined) })
  .catch({ conversation_id: undefined })
  .transform((row) => ({ id: row.conversation_id, phoneNumber: undefined }))

const Report = Conversation.transform((conversation) =>
  toCallReport(conversation, { receivedAt: new Date() }),
)

/** Calls at ElevenLabs: dialling, and looking up what became of them. */
export function conversations(
  request: ElevenLabsClient,
): Pick<
  VoiceAgents,
  'dial' | 'findReport' | 'getReport' | 'eraseConversation' | 'listConversations'
> {
  const readLong = createReadLongConversation()

  async function getReport(conversationId: string): Promise<CallReport | undefined> {
    try {
      return await request<CallReport>({
        operation: 'conversations.get',
        method: 'GET',
        path: `convai/conversations/${encodeURIComponent(conversationId)}`,
        reply: Report,
        readLong,
      })
    } catch (error) {
      if (error instanceof CarrierError && error.kind === 'not_found') return undefined
      throw error
    }
  }

  return {
    async dial({ agentId, fromId, to, callId, variables }) {
      const dialed = await request({
        operation: 'outboundCall',
        method: 'POST',
        path: 'convai/twilio/outbound-call',
        body: {
          agent_id: agentId,
          agent_phone_number_id: fromId,
          to_number: to,
          conversation_initiation_client_data: { dynamic_variables: variables, user_id: callId },
        },
        reply: Dialed,
      })
      // ElevenLabs answers 200 also when it, or Twilio, has refused.
      if (!dialed.success) return { result: 'refused', reason: dialed.message || 'no reason given' }
      return {
        result: 'dialing',
        conversationId: dialed.conversation_id ?? null,
        providerCallId: dialed.callSid ?? null,
      }
    },

    async findReport(callId, fits) {
      const query = new URLSearchParams({ user_id: callId, page_size: '10' })
      const found = await request({
        operation: 'conversations.list',
        method: 'GET',
        path: `convai/conversations?${query}`,
        reply: Found,
      })
      for (const { conversation_id: id } of found.conversations) {
        const report = await getReport(id)
        if (report && fits(report)) return report
      }
      return undefined
    },

    getReport,

    async eraseConversation(conversationId) {
      await request({
        operation: 'conversations.delete',
        method: 'DELETE',
        path: `convai/conversations/${encodeURIComponent(conversationId)}`,
        reply: z.unknown(),
      }).catch((error: unknown) => {
        if (!(error instanceof CarrierError && error.kind === 'not_found')) throw error
      })
    },

    async *listConversations({ agentId, from }, onUnreadable) {
      const pages = cursorPages(request, {
        operation: 'conversations.list',
        path: 'convai/conversations',
        query: {
          agent_id: agentId,
          call_start_after_unix: String(Math.floor(from.getTime() / 1_000)),
          page_size: '100',
        },
        rows: { conversations: z.array(z.unknown()) },
      })
      for await (const { conversations: rows } of pages)
        yield readRows('conversations.list', { row: Listed, known: Known }, rows, onUnreadable)
    },
  }
}
