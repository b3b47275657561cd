import { z } from 'zod'
import { CarrierError } from '../../ports/carrier-error.ts'
import type { TextConversations } from '../../ports/text-conversations.ts'
import { lackOfTexting } from '../abilities/texting.ts'
import { given } from '../agent-bounds.ts'
import { getAgent } from '../agent-requests.ts'
import type { ElevenLabsClient } from '../client.ts'
import { converse, OPERATION } from './converse.ts'

/**
 * After how long without a greeting the agent is asked, and without a correction its answer is taken. Neither is documented: both
 * come right after what they belong to. Between them, how long an answer is waited for behind what may be a late greeting.
 */
const PAUSES = { quietMs: 400, firstMs: 2_500, finalMs: 700 }

/** Text-only conversations over a WebSocket, one for each question. Source: ElevenLabs, "Chat mode". */
export function createElevenLabsTextConversations(
  request: ElevenLabsClient,
  options: { baseUrl: string; pauses?: Partial<typeof PAUSES> },
): TextConversations {
  const pauses = { ...PAUSES, ...options.pauses }
  /** Agents that have answered without a greeting: their first words are an answer. */
  const quiet = new Set<string>()

  return {
    async ask(question, { signal, onBegun }) {
      const query = new URLSearchParams({ agent_id: question.agentId })
      const { signed_url } = await request({
        operation: 'conversations.getSignedUrl',
        method: 'GET',
        path: `convai/conversation/get-signed-url?${query}`,
        signal,
        reply: z.object({ signed_url: z.string() }),
      })
      const url = socketUrl(signed_url, options.baseUrl)
      return converse(url, question, {
        signal,
        onBegun,
        ...pauses,
        ...(quiet.has(question.agentId) && { firstMs: pauses.finalMs }),
        onAnswered(hasGreeted) {
          if (hasGreeted) quiet.delete(question.agentId)
          else quiet.add(question.agentId)
        },
      })
    },

    async findTextFlaw(agentId, { replies } = { replies: 0 }) {
      try {
        const agent = await getAgent(request, agentId)
        const limit = given(agent.platform_settings?.call_limits?.daily_limit) ?? Infinity
        const lacking = [
          ...lackOfTexting(agent),
          ...(limit > replies ? [] : [`a daily limit of more than ${replies} conversations`]),
        ]
        return lacking.length > 0 ? `agent ${agentId} lacks ${lacking.join(', ')}` : undefined
      } catch (error) {
        if (!(error instanceof CarrierError && error.kind === 'not_found')) throw error
        return `ElevenLabs has no agent ${agentId} any more`
      }
    },
  }
}

/** A conversation is never told to anybody over a line without encryption, unless the API itself is. */
function socketUrl(signed: string, baseUrl: string): string {
  const { protocol } = URL.canParse(signed) ? new URL(signed) : { protocol: '' }
  const isPlain = protocol === 'ws:' && baseUrl.startsWith('http:')
  if (protocol === 'wss:' || isPlain) return signed
  throw new CarrierError('elevenlabs', OPERATION, 'bad_reply', 'a signed URL of no WebSocket')
}
