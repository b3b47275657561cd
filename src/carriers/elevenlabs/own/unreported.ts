import type { AgentConfig } from '../agent-config.ts'
import { postCallIdOf, type Settings, type Webhook } from './workspace.ts'

/**
 * Why nobody hears of an agent's finished calls, as the end of a sentence about ElevenLabs; undefined
 * where somebody does. It disables a webhook by itself after ten failures in a row without a success
 * within a week.
 */
export function unreported(
  agentId: string,
  agent: AgentConfig,
  { workspace, webhooks }: { workspace: Settings; webhooks: Webhook[] },
): string | undefined {
  const id = postCallIdOf(agent, workspace)
  const what = `it reports finished calls of agent ${agentId} to`
  if (!id) return `${what} nobody`
  const webhook = webhooks.find(({ webhook_id }) => webhook_id === id)
  if (!webhook) return `${what} a webhook that is gone`
  return webhook.is_disabled || webhook.is_auto_disabled
    ? `${what} ${webhook.webhook_url}, which is disabled`
    : undefined
}
