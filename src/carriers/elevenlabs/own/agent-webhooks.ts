import type { AgentConfig } from '../agent-config.ts'
import { type OwnWebhooks, preCallWebhook } from './own-webhooks.ts'

/** What the post-call webhook is to be told of. */
export const EVENTS = ['transcript', 'call_initiation_failure']

/**
 * An agent's own webhooks, in place of the workspace's, so that deployments in one workspace do not
 * meet. `postCallId`: of our post-call webhook; undefined where there is none yet, and the
 * workspace's holds. What else is set for the agent stays. Source: ElevenLabs' OpenAPI,
 * AgentWorkspaceOverrides.
 */
export function agentWebhooks(
  actual: AgentConfig | undefined,
  own: OwnWebhooks,
  postCallId: string | undefined,
) {
  const before = actual?.platform_settings?.workspace_overrides
  return {
    ...before,
    conversation_initiation_client_data_webhook: preCallWebhook(own),
    ...(postCallId !== undefined && {
      webhooks: { ...before?.webhooks, post_call_webhook_id: postCallId, events: EVENTS },
    }),
  }
}
