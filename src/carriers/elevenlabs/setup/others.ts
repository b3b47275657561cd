import type { AgentConfig } from '../agent-config.ts'
import { askedWebhook } from '../own/asked-webhook.ts'
import type { Webhook } from '../own/listed-webhook.ts'
import { deploymentIn, type OwnWebhooks, type Whose, whoseUrl } from '../own/own-webhooks.ts'
import { postCallIdOf, type Settings } from '../own/workspace.ts'

/**
 * Whom an agent asks, would ask once that is switched on, or reports to, that is not this deployment: a line of each.
 * A post-call webhook that the workspace does not list is somebody's, unless the agent is asked for here.
 */
export function othersOf(
  agent: AgentConfig,
  { settings, webhooks }: { settings: Settings; webhooks: Webhook[] },
  own: OwnWebhooks,
  isOthers: (whose: Whose) => boolean = (whose) => whose !== 'ours',
): string[] {
  const asked =
    agent.platform_settings?.workspace_overrides?.conversation_initiation_client_data_webhook ??
    askedWebhook(agent, settings)
  const whoseAsked = asked && whoseUrl(asked.url, 'preCall', own)
  const reportsTo = postCallIdOf(agent, settings)
  const reported = webhooks.find(({ webhook_id: id }) => id === reportsTo)?.webhook_url
  const isUnlisted = Boolean(reportsTo) && reported === undefined && whoseAsked !== 'ours'
  return [
    ...(asked && whoseAsked && isOthers(whoseAsked)
      ? [`its calls are asked of ${named(asked.url)}`]
      : []),
    ...(reported !== undefined && isOthers(whoseUrl(reported, 'postCall', own))
      ? [`its finished calls are reported to ${named(reported)}`]
      : []),
    ...(isUnlisted
      ? [
          `its finished calls are reported to webhook ${reportsTo}, which the workspace does not list`,
        ]
      : []),
  ]
}

function named(url: string): string {
  const deployment = deploymentIn(url)
  return deployment ? `${url}, deployment ${deployment}` : url
}
