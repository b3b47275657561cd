import { z } from 'zod'
import type { AgentPersona } from '../ports/agent-editor.ts'
import { textingFor } from './abilities/texting.ts'
import type { boundsFor } from './agent-bounds.ts'
import { dataCollection } from './data-collection.ts'

/** What register-call needs of an agent in both directions: telephone audio, μ-law at 8 kHz. */
export const AUDIO = 'ulaw_8000'

/** Whether an agent listens and speaks so. */
export function hasTelephoneAudio({ conversation_config: { asr, tts } }: AgentConfig): boolean {
  return asr?.user_input_audio_format === AUDIO && tts?.agent_output_audio_format === AUDIO
}

/** The webhook that is asked before a call; a header may also refer to a stored secret. */
export const PreCallWebhook = z.object({
  url: z.string(),
  request_headers: z.record(z.string(), z.unknown()).nullish(),
})

/** Which webhook is told of finished calls, and of what. */
export const PostCallSettings = z.looseObject({
  post_call_webhook_id: z.string().nullish(),
  events: z.array(z.string()).nullish(),
})

/** An agent, as agents.get answers it. */
export const AgentConfig = z.looseObject({
  name: z.string().nullish(),
  conversation_config: z.looseObject({
    conversation: z
      .looseObject({
        max_duration_seconds: z.number().nullish(),
        text_only: z.boolean().nullish(),
        client_events: z.array(z.string()).nullish(),
      })
      .nullish(),
    asr: z.looseObject({ user_input_audio_format: z.string().nullish() }).nullish(),
    tts: z.looseObject({ agent_output_audio_format: z.string().nullish() }).nullish(),
    agent: z
      .looseObject({
        language: z.string().nullish(),
        first_message: z.string().nullish(),
        prompt: z
          .looseObject({
            prompt: z.string().nullish(),
            tool_ids: z.array(z.string()).nullish(),
            built_in_tools: z.looseObject({ transfer_to_number: z.unknown() }).nullish(),
          })
          .nullish(),
        dynamic_variables: z
          .looseObject({
            dynamic_variable_placeholders: z.record(z.string(), z.unknown()).nullish(),
          })
          .nullish(),
      })
      .nullish(),
  }),
  platform_settings: z
    .looseObject({
      auth: z.looseObject({ enable_auth: z.boolean().nullish() }).nullish(),
      call_limits: z
        .looseObject({
          agent_concurrency_limit: z.number().nullish(),
          daily_limit: z.number().nullish(),
          bursting_enabled: z.boolean().nullish(),
        })
        .nullish(),
      overrides: z
        .looseObject({
          enable_conversation_initiation_client_data_from_webhook: z.boolean().nullish(),
          conversation_config_override: z
            .looseObject({
              conversation: z.looseObject({ text_only: z.boolean().nullish() }).nullish(),
              agent: z.looseObject({ first_message: z.boolean().nullish() }).nullish(),
            })
            .nullish(),
        })
        .nullish(),
      workspace_overrides: z
        .looseObject({
          conversation_initiation_client_data_webhook: PreCallWebhook.nullish(),
          webhooks: PostCallSettings.nullish(),
        })
        .nullish(),
      data_collection: z.record(z.string(), z.unknown()).nullish(),
    })
    .nullish(),
})
export type AgentConfig = z.infer<typeof AgentConfig>

/** The model of a new agent speaks English only; source: ElevenLabs' refusal "Non-english Agents must use turbo or flash v2_5". */
const MULTILINGUAL_MODEL = 'eleven_flash_v2_5'

/** A whole agent, as agents.create takes it: it answers telephones and asks us before each call. */
export function newAgent(
  words: AgentPersona & { name: string },
  variables: string[],
  webhooks: object,
  bounds: ReturnType<typeof boundsFor>,
) {
  return {
    name: words.name,
    tags: ['orgline'],
    ...agentConfig(words, placeholders(variables), webhooks, bounds, undefined),
  }
}

/**
 * The part of an agent that is ours to say: the words given, what every call and text conversation of ours
 * needs, its own `webhooks` (agentWebhooks), and its `bounds`. `actual`: as it is, where it is not new; what
 * it notes of its calls already the vendor may replace as a whole. `tools`: what its prompt has of tools, as far
 * as that is ours to say.
 */
export function agentConfig(
  words: AgentPersona,
  variables: Record<string, unknown>,
  webhooks: object,
  bounds: ReturnType<typeof boundsFor>,
  actual: AgentConfig | undefined,
  tools: object = {},
) {
  const { client_events, conversation_config_override } = textingFor(actual)
  const { language, firstMessage, prompt, voiceId } = words
  const thinking = { ...(prompt !== undefined && { prompt }), ...tools }
  return {
    conversation_config: {
      agent: {
        ...(firstMessage !== undefined && { first_message: withNotice(firstMessage) }),
        ...(language !== undefined && { language }),
        ...(Object.keys(thinking).length > 0 && { prompt: thinking }),
        dynamic_variables: { dynamic_variable_placeholders: variables },
      },
      conversation: { ...bounds.conversation_config.conversation, client_events },
      asr: { user_input_audio_format: AUDIO },
      tts: {
        agent_output_audio_format: AUDIO,
        ...(voiceId !== undefined && { voice_id: voiceId }),
        ...(language !== undefined && language !== 'en' && { model_id: MULTILINGUAL_MODEL }),
      },
    },
    platform_settings: {
      ...bounds.platform_settings,
      overrides: {
        enable_conversation_initiation_client_data_from_webhook: true,
        conversation_config_override,
      },
      workspace_overrides: webhooks,
      data_collection: { ...actual?.platform_settings?.data_collection, ...dataCollection },
    },
  }
}

/**
 * A first message that says what an organization has said before everything else (recording_notice). The
 * opening begins with that; any other words come after it, and where they have the opening somewhere inside,
 * it is the greeting alone.
 */
export function withNotice(firstMessage: string): string {
  if (/^\s*\{\{\s*opening\s*\}\}/.test(firstMessage)) return firstMessage
  const words = firstMessage
    .replace(/\{\{\s*recording_notice\s*\}\}/g, '')
    .replace(/\{\{\s*opening\s*\}\}/g, '{{greeting}}')
  return `{{recording_notice}}${words}`
}

/** What the dashboard shows where a variable will be. */
export function placeholders(variables: string[]): Record<string, string> {
  return Object.fromEntries(variables.map((name) => [name, `<${name}>`]))
}
