import { z } from 'zod'
import { ConversationConfig } from './conversation-config-schema.ts'
import { PlatformSettings } from './platform-settings-schema.ts'

/** A branch is named in the query; in a body there is none. */
const NoBranch = z.never({ error: 'branch_id belongs in the query' }).optional()

/** A change of an agent; what it does not name is kept. */
export const AgentUpdate = z.strictObject({
  branch_id: NoBranch,
  name: z.string().nullish(),
  tags: z.array(z.string()).nullish(),
  conversation_config: ConversationConfig.optional(),
  platform_settings: PlatformSettings.nullish(),
})

/** A new agent: the conversation configuration is required. */
export const AgentCreate = AgentUpdate.extend({ conversation_config: ConversationConfig })

/** The name of a copy; absent, it is named after the original. */
export const AgentDuplicate = z.strictObject({ branch_id: NoBranch, name: z.string().nullish() })
