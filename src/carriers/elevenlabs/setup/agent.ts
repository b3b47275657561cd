import { z } from 'zod'
import { boundsFor } from '../agent-bounds.ts'
import { AgentConfig, AUDIO, newAgent, placeholders } from '../agent-config.ts'
import { missingVariables } from '../agent-variables.ts'
import { defaultWords, hintOfMissing, hintsFor } from '../agent-words.ts'
import { differenceOf } from '../difference.ts'
import type { ElevenLabsSetup } from './target.ts'

const NAME = 'Orgline: Jack'

/** Finds or creates the agent and makes it ask for, and accept, every variable. Its words stay its own. */
export async function setUpAgent(
  setup: ElevenLabsSetup,
): Promise<{ agentId: string; lines: string[] }> {
  const agentId = setup.agentId ?? (await findAgent(setup))
  if (!agentId) return createAgent(setup)
  const path = pathOf(agentId)
  const agent = await getAgent(setup, agentId)
  const { changes, patch } = differences(agent, setup)
  const { agent: words } = agent.conversation_config
  const hints = [
    ...hintsFor(agentId, { firstMessage: words?.first_message, prompt: words?.prompt?.prompt }),
    ...hintOfPublic(agentId, agent, setup),
    ...hintOfMissing(
      agentId,
      missingVariables(agent, {}, setup.variables),
      'every call to it ends at once',
    ),
  ]
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

/** What is to be done about the agent that others are copies of. Nothing of it is changed. */
export async function checkTemplate(setup: ElevenLabsSetup): Promise<string[]> {
  if (!setup.templateId) return []
  const template = await getAgent(setup, setup.templateId)
  return hintOfMissing(
    setup.templateId,
    missingVariables(template, {}, setup.variables),
    'no agent can be made of it that has not words of its own in their place',
  )
}

/** Whoever knows the id of an agent without a token can talk to it, past every limit of this server. */
function hintOfPublic(agentId: string, agent: AgentConfig, { bounds }: ElevenLabsSetup): string[] {
  if (bounds.auth || agent.platform_settings?.auth?.enable_auth === true) return []
  return [
    `Left to you: agent ${agentId} is public: whoever knows its id can talk to it at your expense, within its limits. ELEVENLABS_AGENT_AUTH=on ends that; try a call with it first`,
  ]
}

const pathOf = (agentId: string) => `convai/agents/${encodeURIComponent(agentId)}`

function getAgent({ request }: ElevenLabsSetup, agentId: string): Promise<AgentConfig> {
  return request({
    operation: 'agents.get',
    method: 'GET',
    path: pathOf(agentId),
    reply: AgentConfig,
  })
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

async function createAgent({ request, variables, bounds }: ElevenLabsSetup) {
  const { agent_id } = await request({
    operation: 'agents.create',
    method: 'POST',
    path: 'convai/agents/create',
    body: newAgent(
      { ...defaultWords('Jack', 'en'), name: NAME, language: 'en' },
      variables,
      bounds,
    ),
    reply: z.object({ agent_id: z.string() }),
  })
  return {
    agentId: agent_id,
    lines: [`Changed: created agent "${NAME}". Put into .env: ELEVENLABS_AGENT_ID=${agent_id}`],
  }
}

function differences(agent: AgentConfig, { variables, bounds }: ElevenLabsSetup) {
  const { asr, tts, agent: words } = agent.conversation_config
  const known = words?.dynamic_variables?.dynamic_variable_placeholders ?? {}
  const missing = variables.filter((name) => !(name in known))
  const audioWrong =
    asr?.user_input_audio_format !== AUDIO || tts?.agent_output_audio_format !== AUDIO
  const asksUs =
    agent.platform_settings?.overrides?.enable_conversation_initiation_client_data_from_webhook ===
    true
  const unbounded = differenceOf(agent, boundsFor(agent, bounds), '') as
    | Partial<ReturnType<typeof boundsFor>>
    | undefined
  const platform = {
    ...unbounded?.platform_settings,
    ...(!asksUs && {
      overrides: { enable_conversation_initiation_client_data_from_webhook: true },
    }),
  }
  const conversation = {
    ...unbounded?.conversation_config,
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
      ...(unbounded ? ['limits of its own, and no bursting'] : []),
    ],
    patch: {
      ...(Object.keys(conversation).length > 0 && { conversation_config: conversation }),
      ...(Object.keys(platform).length > 0 && { platform_settings: platform }),
    },
  }
}
