import { lackOfTexting, textingFor } from '../abilities/texting.ts'
import { AUDIO, withNotice } from '../agent-config.ts'
import { updateAgent } from '../agent-requests.ts'
import { differenceOf } from '../difference.ts'
import { agentWebhooks } from '../own/agent-webhooks.ts'
import type { ElevenLabsSetup } from './target.ts'
import type { Workspace } from './workspace.ts'

const audio = {
  asr: { user_input_audio_format: AUDIO },
  tts: { agent_output_audio_format: AUDIO },
}

/**
 * Gives the agents of organizations the webhooks of their own, the audio that a server can pass on, and what they
 * need to answer texts, and has them say the notice of their organization first, as new ones have and do.
 * Nothing else of them is changed.
 */
export async function setUpOrganizationAgents(
  { request, own }: ElevenLabsSetup,
  { organizationAgents }: Workspace,
  postCallId: string | undefined,
): Promise<string[]> {
  const changed = {
    webhooks: [] as string[],
    audio: [] as string[],
    notice: [] as string[],
    texting: [] as string[],
  }
  for (const [id, agent] of organizationAgents) {
    const webhooks = differenceOf(
      agent,
      { platform_settings: { workspace_overrides: agentWebhooks(agent, own, postCallId) } },
      ['workspace_overrides'],
    )
    const otherAudio = differenceOf(agent, { conversation_config: audio }, [])
    const untexting = lackOfTexting(agent).length > 0
    const { client_events, conversation_config_override } = textingFor(agent)
    const { first_message: first } = agent.conversation_config.agent ?? {}
    const noticed = first == null || withNotice(first) === first ? undefined : withNotice(first)
    if (!untexting && [webhooks, otherAudio, noticed].every((each) => each === undefined)) continue
    await updateAgent(request, id, {
      ...((webhooks !== undefined || untexting) && {
        platform_settings: {
          ...(webhooks as { platform_settings?: object } | undefined)?.platform_settings,
          ...(untexting && { overrides: { conversation_config_override } }),
        },
      }),
      ...((otherAudio !== undefined || noticed !== undefined || untexting) && {
        conversation_config: {
          ...(otherAudio as { conversation_config?: object } | undefined)?.conversation_config,
          ...(untexting && { conversation: { client_events } }),
          ...(noticed !== undefined && { agent: { first_message: noticed } }),
        },
      }),
    })
    if (noticed !== undefined) changed.notice.push(id)
    if (webhooks !== undefined) changed.webhooks.push(id)
    if (otherAudio !== undefined) changed.audio.push(id)
    if (untexting) changed.texting.push(id)
  }
  return [
    ...changesOf('webhooks', changed.webhooks),
    ...changesOf('what is said first', changed.notice),
    ...changesOf(`audio ${AUDIO} in and out`, changed.audio),
    ...changesOf('what answers texts', changed.texting),
  ]
}

function changesOf(what: string, agents: string[]): string[] {
  return agents.length > 0 ? [`Changed: ${what} of organizations' agents ${agents.join(', ')}`] : []
}
