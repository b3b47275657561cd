import { z } from 'zod'

const ConversationConfig = z.looseObject({
  agent: z
    .looseObject({
      first_message: z.string().optional(),
      language: z.string().optional(),
      prompt: z.looseObject({ prompt: z.string().optional() }).optional(),
    })
    .optional(),
  tts: z.looseObject({}).optional(),
  asr: z.looseObject({}).optional(),
  conversation: z.looseObject({}).optional(),
})

const PlatformSettings = z.looseObject({
  overrides: z
    .looseObject({
      enable_conversation_initiation_client_data_from_webhook: z.boolean().optional(),
      conversation_config_override: z.looseObject({}).optional(),
    })
    .optional(),
  workspace_overrides: z.looseObject({}).optional(),
})

/** A change of an agent; fields that are not named here are kept as they come. */
export const AgentUpdate = z.looseObject({
  name: z.string().nullish(),
  tags: z.array(z.string()).nullish(),
  conversation_config: ConversationConfig.optional(),
  platform_settings: PlatformSettings.nullish(),
})

/** A new agent: the conversation configuration is required. */
export const AgentCreate = AgentUpdate.extend({ conversation_config: ConversationConfig })
