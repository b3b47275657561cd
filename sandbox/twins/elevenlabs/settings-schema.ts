import { z } from 'zod'
import { amount, flag, oneOf } from './vendor-fields.ts'
import { PostCallSettings, PreCallWebhook } from './webhook-settings.ts'

/**
 * A change of the workspace's settings.
 * Source: @elevenlabs/elevenlabs-js 2.73.0, PatchConvAiSettingsRequest.
 */
export const SettingsUpdate = z.strictObject({
  conversation_initiation_client_data_webhook: PreCallWebhook.nullish(),
  webhooks: PostCallSettings.optional(),
  can_use_mcp_servers: flag,
  rag_retention_period_days: amount,
  conversation_embedding_retention_days: amount,
  default_livekit_stack: oneOf(['standard', 'static']),
})
