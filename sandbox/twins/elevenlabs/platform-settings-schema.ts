import { z } from 'zod'
import { amount, flag, oneOf, text, texts } from './vendor-fields.ts'
import { PostCallSettings, PreCallWebhook } from './webhook-settings.ts'

/** Which fields the client data of a conversation may replace. */
const OpenFields = z.strictObject({
  turn: z
    .strictObject({ soft_timeout_config: z.strictObject({ message: flag }).nullish() })
    .nullish(),
  tts: z
    .strictObject({
      model_id: flag,
      voice_id: flag,
      stability: flag,
      speed: flag,
      similarity_boost: flag,
    })
    .nullish(),
  conversation: z.strictObject({ text_only: flag, max_duration_seconds: flag }).nullish(),
  agent: z
    .strictObject({
      first_message: flag,
      language: flag,
      max_conversation_duration_message: flag,
      prompt: z
        .strictObject({ prompt: flag, llm: flag, tool_ids: flag, knowledge_base: flag })
        .nullish(),
    })
    .nullish(),
})

/** What an agent notes of a call. */
const Collected = z.strictObject({
  type: z.enum(['boolean', 'string', 'integer', 'number']),
  description: text,
  enum: texts,
  dynamic_variable: text,
})

const Criterion = z.strictObject({
  id: z.string(),
  name: z.string(),
  type: z.literal('prompt').nullish(),
  conversation_goal_prompt: z.string(),
  use_knowledge_base: flag,
  scope: oneOf(['conversation', 'agent']),
})

/**
 * What holds around an agent's conversations. Whatever else ElevenLabs has there, the twin does not have.
 * Source: @elevenlabs/elevenlabs-js 2.73.0, AgentPlatformSettingsRequestModel.
 */
export const PlatformSettings = z.strictObject({
  auth: z.strictObject({ enable_auth: flag, require_origin_header: flag }).optional(),
  call_limits: z
    .strictObject({ agent_concurrency_limit: amount, daily_limit: amount, bursting_enabled: flag })
    .optional(),
  privacy: z
    .strictObject({
      record_voice: flag,
      retention_days: amount,
      delete_transcript_and_pii: flag,
      delete_audio: flag,
      zero_retention_mode: flag,
    })
    .nullish(),
  data_collection: z.record(z.string(), Collected).nullish(),
  evaluation: z.strictObject({ criteria: z.array(Criterion).nullish() }).nullish(),
  summary_language: text,
  archived: flag,
  overrides: z
    .strictObject({
      enable_conversation_initiation_client_data_from_webhook: z.boolean().optional(),
      conversation_config_override: OpenFields.optional(),
    })
    .optional(),
  workspace_overrides: z
    .strictObject({
      conversation_initiation_client_data_webhook: PreCallWebhook.nullish(),
      webhooks: PostCallSettings.nullish(),
    })
    .nullish(),
})
