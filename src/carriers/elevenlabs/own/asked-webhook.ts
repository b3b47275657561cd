import type { AskedBeforeCalls } from '../../ports/asked-before-calls.ts'
import type { AgentConfig } from '../agent-config.ts'
import { getAgent } from '../agent-requests.ts'
import type { ElevenLabsClient } from '../client.ts'
import { deploymentIn, isProven, type OwnWebhooks, whoseUrl } from './own-webhooks.ts'
import { unreported } from './unreported.ts'
import { findWebhook, postCallIdOf, readSettings, type Settings } from './workspace.ts'

/** The webhook that ElevenLabs really asks before an inbound call to an agent; undefined: it asks nobody. */
export function askedWebhook(agent: AgentConfig, workspace: Settings) {
  const { overrides, workspace_overrides: own } = agent.platform_settings ?? {}
  if (overrides?.enable_conversation_initiation_client_data_from_webhook !== true) return undefined
  return (
    own?.conversation_initiation_client_data_webhook ??
    workspace.conversation_initiation_client_data_webhook ??
    undefined
  )
}

/** Reads an agent, and where that says nothing the workspace, and judges whom they ask and report to. */
export function createAskedBeforeCalls(
  request: ElevenLabsClient,
  readOwn: () => Promise<OwnWebhooks>,
): AskedBeforeCalls {
  return async (agentId) => {
    const [agent, workspace, own] = await Promise.all([
      getAgent(request, agentId),
      readSettings(request),
      readOwn(),
    ])
    return {
      ...judge(agentId, askedWebhook(agent, workspace), own),
      unreported: async () =>
        unreported(
          agentId,
          postCallIdOf(agent, workspace),
          (id) => findWebhook(request, id, own),
          own,
        ),
    }
  }
}

function judge(agentId: string, webhook: ReturnType<typeof askedWebhook>, own: OwnWebhooks) {
  if (!webhook)
    return { who: 'nobody', what: `it asks nobody before calls to agent ${agentId}` } as const
  const { url } = webhook
  const what = `before calls to agent ${agentId} it asks ${url}`
  if (whoseUrl(url, 'preCall', own) !== 'ours') {
    const named = deploymentIn(url)
    return { who: 'other', what: named ? `${what}, of deployment ${named}` : what } as const
  }
  return isProven(webhook.request_headers ?? {}, own)
    ? ({ who: 'us', what } as const)
    : ({ who: 'refused', what: `${what}, without a secret of this deployment` } as const)
}
