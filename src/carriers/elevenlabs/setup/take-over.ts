import type { AgentConfig } from '../agent-config.ts'
import { askedWebhook } from '../own/asked-webhook.ts'
import { deploymentIn, type OwnWebhooks, whoseUrl } from '../own/own-webhooks.ts'
import type { ElevenLabsSetup } from './target.ts'
import type { Workspace } from './workspace.ts'

/**
 * Refuses where an agent is another deployment's, as the webhooks say that hold for it now; of a copy of
 * this deployment, or of this one after a move that no PUBLIC_URL_PREVIOUS tells of, too.
 * @throws Error that says what would break, and what to do
 */
export function refuseToTakeOver(setup: ElevenLabsSetup, workspace: Workspace): void {
  const { agent } = workspace
  const agents: [string, AgentConfig][] = [
    ...(agent ? [[agent.id, agent.config] as [string, AgentConfig]] : []),
    ...workspace.organizationAgents,
  ]
  const taken = agents.flatMap(([id, config]) =>
    othersOf(config, workspace, setup.own).map((line) => `- agent ${id}: ${line}`),
  )
  if (taken.length === 0) return
  throw new Error(
    [
      'Nothing was changed: these agents have webhooks of somebody else, who would hear of their calls no more.',
      ...taken,
      'Their callers would hear nothing of their organizations, and reports of their calls would be missing there.',
      'If that is another deployment, give this one an agent of its own: leave ELEVENLABS_AGENT_ID empty, run this again, and it makes one.',
      'If this deployment has moved from there, set PUBLIC_URL_PREVIOUS to the address before (docs/operations.md, Moving PUBLIC_URL).',
      'If nobody needs them any more: npm run setup:elevenlabs -- --take-over',
    ].join('\n'),
  )
}

function othersOf(agent: AgentConfig, workspace: Workspace, own: OwnWebhooks): string[] {
  const asked = askedWebhook(agent, workspace.settings)?.url
  const reportsTo = agent.platform_settings?.workspace_overrides?.webhooks?.post_call_webhook_id
  const reported = workspace.webhooks.find(({ webhook_id: id }) => id === reportsTo)?.webhook_url
  return [
    ...(asked !== undefined && whoseUrl(asked, 'preCall', own) !== 'ours'
      ? [`its calls are asked of ${named(asked)}`]
      : []),
    ...(reported !== undefined && whoseUrl(reported, 'postCall', own) !== 'ours'
      ? [`its finished calls are told to ${named(reported)}`]
      : []),
  ]
}

function named(url: string): string {
  const deployment = deploymentIn(url)
  return deployment ? `${url}, deployment ${deployment}` : url
}
