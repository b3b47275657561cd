import type { JsonObject } from './model.ts'

/**
 * What ElevenLabs fills in where a new agent says nothing: among it audio that no telephone
 * speaks, an English-only model and the voice of the vendor's reference.
 */
export const agentDefaults: { conversation_config: JsonObject; platform_settings: JsonObject } = {
  conversation_config: {
    agent: { first_message: '', language: 'en', prompt: { prompt: '' } },
    asr: { quality: 'high', provider: 'elevenlabs', user_input_audio_format: 'pcm_16000' },
    tts: {
      model_id: 'eleven_flash_v2',
      voice_id: 'cjVigY5qzO86Huf0OWal',
      agent_output_audio_format: 'pcm_16000',
    },
    conversation: {
      text_only: false,
      max_duration_seconds: 600,
      client_events: ['audio', 'interruption'],
    },
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
