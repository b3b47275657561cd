import { z } from 'zod'
import { PostCallSettings, PreCallWebhook } from './webhook-settings.ts'

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

/** The most bytes of a system prompt. */
const maxPromptBytes = 2_000_000

const ConversationConfig = z.looseObject({
  agent: z
    .looseObject({
      first_message: z.string().optional(),
      language: z
        .enum(languages, { error: `Input should be one of ${languages.join(', ')}` })
        .optional(),
      prompt: z
        .looseObject({
          prompt: z
            .string()
            .refine((text) => Buffer.byteLength(text) <= maxPromptBytes, {
              error: `String should have at most ${maxPromptBytes} bytes`,
            })
            .optional(),
        })
        .optional(),
    })
    .optional(),
  tts: z
    .looseObject({
      model_id: z.string().optional(),
      voice_id: z.string().optional(),
      agent_output_audio_format: z.enum(audioFormats).optional(),
    })
    .optional(),
  asr: z.looseObject({ user_input_audio_format: z.enum(audioFormats).optional() }).optional(),
  conversation: z.looseObject({}).optional(),
})

const PlatformSettings = z.looseObject({
  overrides: z
    .looseObject({
      enable_conversation_initiation_client_data_from_webhook: z.boolean().optional(),
      conversation_config_override: z.looseObject({}).optional(),
    })
    .optional(),
  workspace_overrides: z
    .looseObject({
      conversation_initiation_client_data_webhook: PreCallWebhook.nullish(),
      webhooks: PostCallSettings.nullish(),
    })
    .nullish(),
})

/** A branch is named in the query; in a body there is none. */
const NoBranch = z.never({ error: 'branch_id belongs in the query' }).optional()

/** A change of an agent; fields that are not named here are kept as they come. */
export const AgentUpdate = z.looseObject({
  branch_id: NoBranch,
  name: z.string().nullish(),
  tags: z.array(z.string()).nullish(),
  conversation_config: ConversationConfig.optional(),
  platform_settings: PlatformSettings.nullish(),
})

/** A new agent: the conversation configuration is required. */
export const AgentCreate = AgentUpdate.extend({ conversation_config: ConversationConfig })

/** The name of a copy; absent, it is named after the original. */
export const AgentDuplicate = z.looseObject({ branch_id: NoBranch, name: z.string().nullish() })
