import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { lackOfTexting, textingFor } from '../abilities/texting.ts'
import { boundsFor, given } from '../agent-bounds.ts'
import {
  type AgentConfig,
  AUDIO,
  hasTelephoneAudio,
  newAgent,
  placeholders,
} from '../agent-config.ts'
import { defaultWords, hintOfMissing, hintsFor } from '../agent-persona.ts'
import { getAgent, updateAgent } from '../agent-requests.ts'
import { missingVariables, unusedVariables } from '../agent-variables.ts'
import { dataCollection } from '../data-collection.ts'
import { differenceOf } from '../difference.ts'
import { agentWebhooks } from '../own/agent-webhooks.ts'
import type { ElevenLabsSetup } from './target.ts'
import { NAME, type Workspace } from './workspace.ts'

/**
 * Makes the agent ask for, and accept, every variable, and have this deployment's webhooks; creates it
 * where there is none. Its words stay its own.
 */
export async function setUpAgent(
  setup: ElevenLabsSetup,
  { agent: found }: Workspace,
  postCallId: string,
): Promise<{ agentId: string; lines: string[] }> {
  if (!found) return createAgent(setup, postCallId)
  const { id: agentId, config: agent } = found
  const { changes, patch } = differences(agent, setup, postCallId)
  const hints = [
    ...hintsOfWords(agentId, agent, setup),
    ...hintOfPublic(agentId, agent, setup),
    ...hintOfLimit(agentId, agent, setup),
    ...hintOfMissing(
      agentId,
      missingVariables(agent, {}, setup.variables),
      'every call to it ends at once',
    ),
  ]
  if (changes.length === 0) return { agentId, lines: [`Unchanged: agent ${agentId}`, ...hints] }
  await updateAgent(setup.request, agentId, patch)
  return { agentId, lines: [`Changed: agent ${agentId}: ${changes.join(', ')}`, ...hints] }
}

/** What is to be done about the agent that others are copies of. Nothing of it is changed. */
export async function checkTemplate(setup: ElevenLabsSetup): Promise<string[]> {
  if (!setup.templateId) return []
  const template = await getAgent(setup.request, setup.templateId)
  return [
    ...hintsOfWords(setup.templateId, template, setup),
    ...hintOfMissing(
      setup.templateId,
      missingVariables(template, {}, setup.variables),
      'no agent can be made of it that has not words of its own in their place',
    ),
  ]
}

function hintsOfWords(
  agentId: string,
  agent: AgentConfig,
  { variables }: ElevenLabsSetup,
): string[] {
  const { agent: words } = agent.conversation_config
  return hintsFor(
    agentId,
    { firstMessage: words?.first_message, prompt: words?.prompt?.prompt },
    unusedVariables(agent, variables),
  )
}

/** Whoever knows the id of an agent without a token can talk to it, past every limit of this server. */
function hintOfPublic(agentId: string, agent: AgentConfig, { bounds }: ElevenLabsSetup): string[] {
  if (bounds.auth || agent.platform_settings?.auth?.enable_auth === true) return []
  return [
    `Left to you: agent ${agentId} is public: whoever knows its id can talk to it at your expense, within its limits. ELEVENLABS_AGENT_AUTH=on ends that; try a call with it first`,
  ]
}

/** A limit that somebody gave it stays, and leaves calls less than they have otherwise. */
function hintOfLimit(agentId: string, agent: AgentConfig, { daily }: ElevenLabsSetup): string[] {
  const limit = given(agent.platform_settings?.call_limits?.daily_limit)
  if (limit === undefined || limit >= daily.wanted || daily.ours.includes(limit)) return []
  const calls = Math.max(0, limit - daily.replies)
  return [
    `Left to you: the daily limit of agent ${agentId} is ${limit} conversations, of which texts may take ${daily.replies} (SHARED_AGENT_DAILY_REPLIES), so that calls are sure of ${calls}. Raise it in ElevenLabs' dashboard, or lower the setting`,
  ]
}

async function createAgent(
  { request, variables, own, bounds, daily }: ElevenLabsSetup,
  postCallId: string,
) {
  const { agent_id } = await request({
    operation: 'agents.create',
    method: 'POST',
    path: 'convai/agents/create',
    body: newAgent(
      { ...defaultWords('Jack', 'en'), name: NAME, language: 'en' },
      variables,
      agentWebhooks(undefined, own, postCallId),
      boundsFor(undefined, bounds, daily),
    ),
    reply: z.object({ agent_id: z.string() }),
  })
  return {
    agentId: agent_id,
    lines: [`Changed: created agent "${NAME}". Put into .env: ELEVENLABS_AGENT_ID=${agent_id}`],
  }
}

function differences(
  agent: AgentConfig,
  { variables, own, bounds, daily }: ElevenLabsSetup,
  postCallId: string,
) {
  const { agent: words } = agent.conversation_config
  const known = words?.dynamic_variables?.dynamic_variable_placeholders ?? {}
  const missing = variables.filter((name) => !(name in known))
  const audioWrong = !hasTelephoneAudio(agent)
  const collected = agent.platform_settings?.data_collection ?? {}
  const notesCriteria = Object.keys(dataCollection).every((name) => name in collected)
  const asksUs =
    agent.platform_settings?.overrides?.enable_conversation_initiation_client_data_from_webhook ===
    true
  const actual = agent.platform_settings?.workspace_overrides ?? {}
  const webhooks = agentWebhooks(agent, own, postCallId)
  const { conversation_initiation_client_data_webhook: preCall } = webhooks
  const isAskedHere = isDeepStrictEqual(actual.conversation_initiation_client_data_webhook, preCall)
  const reportsToUs = isDeepStrictEqual(actual.webhooks, webhooks.webhooks)
  const unbounded = differenceOf(agent, boundsFor(agent, bounds, daily), []) as
    | Partial<ReturnType<typeof boundsFor>>
    | undefined
  const { client_events, conversation_config_override } = textingFor(agent)
  const untexting = lackOfTexting(agent)
  const platform = {
    ...unbounded?.platform_settings,
    ...(untexting.length > 0 && { overrides: { conversation_config_override } }),
    ...(!(asksUs && isAskedHere && reportsToUs && notesCriteria) && {
      overrides: {
        enable_conversation_initiation_client_data_from_webhook: true,
        conversation_config_override,
      },
      workspace_overrides: webhooks,
      ...(!notesCriteria && { data_collection: { ...dataCollection, ...collected } }),
    }),
  }
  const conversation = {
    ...unbounded?.conversation_config,
    ...(untexting.length > 0 && {
      conversation: { ...unbounded?.conversation_config?.conversation, client_events },
    }),
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
      ...(asksUs ? [] : ['asks before its calls']),
      ...(isAskedHere
        ? []
        : [
            `pre-call webhook is ${preCall.url} with header ${Object.keys(preCall.request_headers)}`,
          ]),
      ...(reportsToUs ? [] : ['finished and failed calls are told to the post-call webhook']),
      ...(notesCriteria ? [] : ['notes who wants no more calls']),
      ...(untexting.length > 0 ? [`answers texts: ${untexting.join(', ')}`] : []),
      ...(unbounded ? ['limits of its own, and no bursting'] : []),
    ],
    patch: {
      ...(Object.keys(conversation).length > 0 && { conversation_config: conversation }),
      ...(Object.keys(platform).length > 0 && { platform_settings: platform }),
    },
  }
}
