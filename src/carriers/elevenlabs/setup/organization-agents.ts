import { updateAgent } from '../agent-requests.ts'
import { differenceOf } from '../difference.ts'
import { agentWebhooks } from '../own/agent-webhooks.ts'
import type { ElevenLabsSetup } from './target.ts'
import type { Workspace } from './workspace.ts'

/** Gives the agents of organizations the webhooks of their own, as new ones have them. Nothing else of them is changed. */
export async function setUpOrganizationAgents(
  { request, own }: ElevenLabsSetup,
  { organizationAgents }: Workspace,
  postCallId: string | undefined,
): Promise<string[]> {
  const changed: string[] = []
  for (const [id, agent] of organizationAgents) {
    const wanted = {
      platform_settings: { workspace_overrides: agentWebhooks(agent, own, postCallId) },
    }
    const body = differenceOf(agent, wanted, ['workspace_overrides'])
    if (body === undefined) continue
    await updateAgent(request, id, body)
    changed.push(id)
  }
  return changed.length > 0
    ? [`Changed: webhooks of organizations' agents ${changed.join(', ')}`]
    : []
}
