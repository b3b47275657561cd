import type { AgentConfig } from '../agent-config.ts'
import type { Webhook } from './listed-webhook.ts'
import { type OwnWebhooks, preCallWebhook, whoseUrl } from './own-webhooks.ts'

/** What the post-call webhook hears of. */
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

/**
 * Those of an agent's own webhooks that are not this deployment's, as far as is known: somebody else's, or
 * a copy's. Only who sets the deployment up may put ours in their place. `webhooks`: of the workspace.
 */
export function othersWebhooks(
  actual: AgentConfig | undefined,
  own: OwnWebhooks,
  webhooks: Webhook[],
): object {
  const { conversation_initiation_client_data_webhook: preCall, webhooks: postCall } =
    actual?.platform_settings?.workspace_overrides ?? {}
  const postCallWebhook = webhooks.find(
    ({ webhook_id: id }) => id === postCall?.post_call_webhook_id,
  )
  return {
    ...(preCall &&
      whoseUrl(preCall.url, 'preCall', own) !== 'ours' && {
        conversation_initiation_client_data_webhook: preCall,
      }),
    ...(postCallWebhook &&
      whoseUrl(postCallWebhook.webhook_url, 'postCall', own) !== 'ours' && { webhooks: postCall }),
  }
}
