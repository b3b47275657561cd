import { z } from 'zod'
import { type CallReport, CarrierError, type VoiceAgents } from '../ports.ts'
import type { ElevenLabsClient } from './client.ts'
import { Conversation, toCallReport } from './conversation.ts'

const Dialed = z.object({
  success: z.boolean(),
  message: z.string().catch(''),
  conversation_id: z.string().nullish(),
  callSid: z.string().nullish(),
})

const Found = z.object({ conversations: z.array(z.object({ conversation_id: z.string() })) })

/** Calls at ElevenLabs: dialling, and looking up what became of them. */
export function conversations(
  request: ElevenLabsClient,
): Pick<VoiceAgents, 'dial' | 'findReport' | 'getReport'> {
  async function getReport(conversationId: string): Promise<CallReport | undefined> {
    try {
      const conversation = await request({
        operation: 'conversations.get',
        method: 'GET',
        path: `convai/conversations/${encodeURIComponent(conversationId)}`,
        reply: Conversation,
      })
      return toCallReport(conversation, new Date())
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

    async findReport(callId) {
      const query = new URLSearchParams({ user_id: callId, page_size: '10' })
      const found = await request({
        operation: 'conversations.list',
        method: 'GET',
        path: `convai/conversations?${query}`,
        reply: Found,
      })
      const [first] = found.conversations
      return first && getReport(first.conversation_id)
    },

    getReport,
  }
}
