import { z } from 'zod'
import { BuiltInTools } from './tools/system-tool-schema.ts'
import { amount, flag, oneOf, text, texts } from './vendor-fields.ts'

/** The languages that an agent can speak. */
const languages = (
  'en ja zh de hi fr ko pt pt-br it es id nl tr fil pl sv bg ro ar cs el fi hr ms sk da ta uk ru ' +
  'hu no vi'
).split(' ')

/** The formats in which an agent listens and speaks. */
const audioFormats = [
  'pcm_8000',
  'pcm_16000',
  'pcm_22050',
  'pcm_24000',
  'pcm_44100',
  'pcm_48000',
  'ulaw_8000',
] as const

const models = [
  'eleven_turbo_v2',
  'eleven_turbo_v2_5',
  'eleven_flash_v2',
  'eleven_flash_v2_5',
  'eleven_multilingual_v2',
  'eleven_v3_conversational',
  'eleven_v4',
  'eleven_v4_turbo',
] as const

/** The most bytes of a system prompt. */
const maxPromptBytes = 2_000_000

const Prompt = z.strictObject({
  prompt: z
    .string()
    .refine((words) => Buffer.byteLength(words) <= maxPromptBytes, {
      error: `String should have at most ${maxPromptBytes} bytes`,
    })
    .optional(),
  thinking_budget: amount,
  temperature: amount,
  max_tokens: amount,
  tool_ids: texts,
  built_in_tools: BuiltInTools.nullish(),
  mcp_server_ids: texts,
  native_mcp_server_ids: texts,
  enable_parallel_tool_calls: flag,
  ignore_default_personality: flag,
  timezone: text,
  cascade_timeout_seconds: amount,
})

const Agent = z.strictObject({
  first_message: z.string().optional(),
  language: z
    .enum(languages, { error: `Input should be one of ${languages.join(', ')}` })
    .optional(),
  hinglish_mode: flag,
  dynamic_variables: z
    .strictObject({
      dynamic_variable_placeholders: z.record(z.string(), z.unknown()).nullish(),
    })
    .nullish(),
  disable_first_message_interruptions: flag,
  max_conversation_duration_message: text,
  prompt: Prompt.optional(),
})

const Turn = z.strictObject({
  turn_timeout: amount,
  initial_wait_time: amount,
  silence_end_call_timeout: amount,
  turn_eagerness: oneOf(['patient', 'normal', 'eager']),
  spelling_patience: oneOf(['auto', 'off']),
  speculative_turn: flag,
  retranscribe_on_turn_timeout: flag,
  turn_model: oneOf(['turn_v2', 'turn_v3']),
  interruption_ignore_terms: texts,
})

const Speech = z.strictObject({
  model_id: oneOf(models),
  voice_id: text,
  expressive_mode: flag,
  agent_output_audio_format: z.enum(audioFormats).optional(),
  optimize_streaming_latency: amount,
  stability: amount,
  speed: amount,
  similarity_boost: amount,
  text_normalisation_type: oneOf(['system_prompt', 'elevenlabs']),
})

const Hearing = z.strictObject({
  quality: oneOf(['high']),
  provider: oneOf(['elevenlabs', 'scribe_realtime', 'scribe_v2_turbo']),
  user_input_audio_format: z.enum(audioFormats).optional(),
  keywords: texts,
})

/** What an agent may tell its client. Source: the same, ClientEvent. */
const clientEvents = [
  'conversation_initiation_metadata',
  'asr_initiation_metadata',
  'ping',
  'audio',
  'interruption',
  'user_transcript',
  'tentative_user_transcript',
  'agent_response',
  'agent_response_correction',
  'client_tool_call',
  'mcp_tool_call',
  'agent_tool_request',
  'agent_tool_response',
  'agent_chat_response_part',
  'client_error',
] as const

/**
 * How an agent listens and speaks. Whatever else ElevenLabs has there, the twin does not have.
 * Source: @elevenlabs/elevenlabs-js 2.73.0, ConversationalConfig.
 */
export const ConversationConfig = z.strictObject({
  asr: Hearing.optional(),
  turn: Turn.optional(),
  tts: Speech.optional(),
  conversation: z
    .strictObject({
      text_only: flag,
      max_duration_seconds: amount,
      client_events: z.array(z.enum(clientEvents)).nullish(),
      monitoring_enabled: flag,
    })
    .optional(),
  agent: Agent.optional(),
})
