import { createHmac, randomUUID } from 'node:crypto'
import { request } from './requests.ts'
import type { World } from './world.ts'

const POST_CALL_PATH = '/api/webhooks/elevenlabs/post-call'

interface ConversationFields {
  conversation_id?: string
  user_id?: string | null
  status?: string
  transcript?: unknown
  metadata?: Record<string, unknown>
  phone?: Record<string, unknown>
  summary?: string
  [more: string]: unknown
}

/** A post_call_transcription event as ElevenLabs sends it, but for `fields`. */
export function aConversation(fields: ConversationFields = {}) {
  const { phone, metadata, summary = 'They talked.', ...data } = fields
  return {
    type: 'post_call_transcription',
    event_timestamp: Math.floor(Date.now() / 1_000),
    data: {
      agent_id: 'agent_1',
      conversation_id: `conv_${randomUUID()}`,
      status: 'done',
      user_id: null,
      transcript: [
        { role: 'agent', message: 'Hi, this is Jack.', time_in_call_secs: 0 },
        { role: 'user', message: 'Is the blue one there?', time_in_call_secs: 3 },
      ],
      metadata: {
        start_time_unix_secs: Math.floor(Date.now() / 1_000),
        call_duration_secs: 12,
        cost_fiat: 0.02,
        phone_call: {
          type: 'twilio',
          direction: 'inbound',
          agent_number: '+15005550006',
          external_number: '+16045559100',
          call_sid: `CA${randomUUID().replaceAll('-', '')}`,
          ...phone,
        },
        ...metadata,
      },
      analysis: { call_successful: 'success', transcript_summary: summary },
      ...data,
    },
  }
}

/**
 * A call_initiation_failure event as ElevenLabs sends it: it does not say whose call it was, but by which
 * agent.
 */
export function aFailure(
  agentId: string,
  phone: { from: string; to: string },
  ids: { conversationId?: string } = {},
) {
  return {
    type: 'call_initiation_failure',
    event_timestamp: Math.floor(Date.now() / 1_000),
    data: {
      agent_id: agentId,
      conversation_id: ids.conversationId ?? `conv_${randomUUID()}`,
      failure_reason: 'busy',
      metadata: {
        type: 'twilio',
        body: {
          CallSid: `CA${randomUUID().replaceAll('-', '')}`,
          From: phone.from,
          To: phone.to,
          CallStatus: 'busy',
        },
      },
    },
  }
}

/** Posts an event with the ElevenLabs-Signature it would have; `forge` makes it a wrong one. */
export function postCall(
  world: World,
  event: unknown,
  forge: {
    path?: string
    time?: number
    secret?: string
    signedBody?: string
    /** The whole header; null: none. */
    header?: string | null
    headers?: Record<string, string>
  } = {},
) {
  const body = typeof event === 'string' ? event : JSON.stringify(event)
  const time = forge.time ?? Math.floor(Date.now() / 1_000)
  const secret = forge.secret ?? world.config.elevenLabs.webhookSecret ?? ''
  const hash = createHmac('sha256', secret)
    .update(`${time}.${forge.signedBody ?? body}`)
    .digest('hex')
  const header = forge.header === undefined ? `t=${time},v0=${hash}` : forge.header
  return request(world.origin, 'POST', forge.path ?? POST_CALL_PATH, {
    body,
    headers: { ...(header !== null && { 'elevenlabs-signature': header }), ...forge.headers },
  })
}
