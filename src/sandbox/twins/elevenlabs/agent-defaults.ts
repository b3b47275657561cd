import type { JsonObject } from './model.ts'

/** What ElevenLabs fills in where a new agent says nothing. */
export const agentDefaults: { conversation_config: JsonObject; platform_settings: JsonObject } = {
  conversation_config: {
    agent: { first_message: '', language: 'en', prompt: { prompt: '' } },
    conversation: { max_duration_seconds: 600 },
  },
  platform_settings: {
    auth: { enable_auth: false },
    call_limits: {
      agent_concurrency_limit: -1,
      daily_limit: 100_000,
      bursting_enabled: true,
    },
    overrides: {
      enable_conversation_initiation_client_data_from_webhook: false,
      conversation_config_override: {},
    },
  },
}
