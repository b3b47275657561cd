import { AUDIO } from '../agent-config.ts'
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
 * Gives the agents of organizations the webhooks of their own and the audio that a server can pass on, as
 * new ones have them. Nothing else of them is changed.
 */
export async function setUpOrganizationAgents(
  { request, own }: ElevenLabsSetup,
  { organizationAgents }: Workspace,
  postCallId: string | undefined,
): Promise<string[]> {
  const changed = { webhooks: [] as string[], audio: [] as string[] }
  for (const [id, agent] of organizationAgents) {
    const webhooks = differenceOf(
      agent,
      { platform_settings: { workspace_overrides: agentWebhooks(agent, own, postCallId) } },
      ['workspace_overrides'],
    )
    const otherAudio = differenceOf(agent, { conversation_config: audio }, [])
    if (webhooks === undefined && otherAudio === undefined) continue
    await updateAgent(request, id, { ...(webhooks as object), ...(otherAudio as object) })
    if (webhooks !== undefined) changed.webhooks.push(id)
    if (otherAudio !== undefined) changed.audio.push(id)
  }
  return [
    ...changesOf('webhooks', changed.webhooks),
    ...changesOf(`audio ${AUDIO} in and out`, changed.audio),
  ]
}

function changesOf(what: string, agents: string[]): string[] {
  return agents.length > 0 ? [`Changed: ${what} of organizations' agents ${agents.join(', ')}`] : []
}
