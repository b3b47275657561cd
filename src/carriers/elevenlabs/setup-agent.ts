import { z } from 'zod'
import { AUDIO, newAgent, placeholders } from './agent-config.ts'
import { FIRST_MESSAGE, hintsFor, PROMPT } from './agent-words.ts'
import type { ElevenLabsSetup } from './setup.ts'

const NAME = 'Orgline: Jack'

const Agent = z.object({
  conversation_config: z.object({
    asr: z.looseObject({ user_input_audio_format: z.string().nullish() }).nullish(),
    tts: z.looseObject({ agent_output_audio_format: z.string().nullish() }).nullish(),
    agent: z
      .looseObject({
        first_message: z.string().nullish(),
        prompt: z.looseObject({ prompt: z.string().nullish() }).nullish(),
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
      overrides: z
        .looseObject({
          enable_conversation_initiation_client_data_from_webhook: z.boolean().nullish(),
        })
        .nullish(),
    })
    .nullish(),
})

/** Finds or creates the agent and makes it ask for, and accept, every variable. Its words stay its own. */
export async function setUpAgent(
  setup: ElevenLabsSetup,
): Promise<{ agentId: string; lines: string[] }> {
  const agentId = setup.agentId ?? (await findAgent(setup))
  if (!agentId) return createAgent(setup)
  const path = `convai/agents/${encodeURIComponent(agentId)}`
  const agent = await setup.request({ operation: 'agents.get', method: 'GET', path, reply: Agent })
  const { changes, patch } = differences(agent, setup.variables)
  const { agent: words } = agent.conversation_config
  const hints = hintsFor(agentId, {
    firstMessage: words?.first_message,
    prompt: words?.prompt?.prompt,
  })
  if (changes.length === 0) return { agentId, lines: [`Unchanged: agent ${agentId}`, ...hints] }
  await setup.request({
    operation: 'agents.update',
    method: 'PATCH',
    path,
    body: patch,
    reply: z.unknown(),
  })
  return { agentId, lines: [`Changed: agent ${agentId}: ${changes.join(', ')}`, ...hints] }
}

async function findAgent({ request }: ElevenLabsSetup): Promise<string | undefined> {
  const { agents } = await request({
    operation: 'agents.list',
    method: 'GET',
    path: `convai/agents?${new URLSearchParams({ search: NAME, page_size: '100' })}`,
    reply: z.object({ agents: z.array(z.object({ agent_id: z.string(), name: z.string() })) }),
  })
  return agents.find((agent) => agent.name === NAME)?.agent_id
}

async function createAgent({ request, variables }: ElevenLabsSetup) {
  const { agent_id } = await request({
    operation: 'agents.create',
    method: 'POST',
    path: 'convai/agents/create',
    body: newAgent(
      { name: NAME, language: 'en', firstMessage: FIRST_MESSAGE, prompt: PROMPT },
      variables,
    ),
    reply: z.object({ agent_id: z.string() }),
  })
  return {
    agentId: agent_id,
    lines: [`Changed: created agent "${NAME}". Put into .env: ELEVENLABS_AGENT_ID=${agent_id}`],
  }
}

function differences(agent: z.infer<typeof Agent>, variables: string[]) {
  const { asr, tts, agent: words } = agent.conversation_config
  const known = words?.dynamic_variables?.dynamic_variable_placeholders ?? {}
  const missing = variables.filter((name) => !(name in known))
  const audioWrong =
    asr?.user_input_audio_format !== AUDIO || tts?.agent_output_audio_format !== AUDIO
  const asksUs =
    agent.platform_settings?.overrides?.enable_conversation_initiation_client_data_from_webhook ===
    true
  const conversation = {
    ...(missing.length > 0 && {
      agent: {
        dynamic_variables: {
          dynamic_variable_placeholders: { ...placeholders(missing), ...known },
        },
      },
    }),
    ...(audioWrong && {
      asr: { user_input_audio_format: AUDIO },
      tts: { agent_output_audio_format: AUDIO },
    }),
  }
  return {
    changes: [
      ...(missing.length > 0 ? [`variables ${missing.join(', ')}`] : []),
      ...(audioWrong ? [`audio ${AUDIO} in and out`] : []),
      ...(asksUs ? [] : ['asks our pre-call webhook']),
    ],
    patch: {
      ...(Object.keys(conversation).length > 0 && { conversation_config: conversation }),
      ...(!asksUs && {
        platform_settings: {
          overrides: { enable_conversation_initiation_client_data_from_webhook: true },
        },
      }),
    },
  }
}
