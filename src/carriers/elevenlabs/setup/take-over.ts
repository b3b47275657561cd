import type { AgentConfig } from '../agent-config.ts'
import { othersOf } from './others.ts'
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
