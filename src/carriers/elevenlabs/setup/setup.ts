import { renewServerTools } from '../transfer/server-tool.ts'
import { checkTemplate, setUpAgent } from './agent.ts'
import { setUpOrganizationAgents } from './organization-agents.ts'
import { refuseToTakeOver } from './take-over.ts'
import type { ElevenLabsSetup } from './target.ts'
import { setUpPostCall } from './webhooks.ts'
import { readWorkspace } from './workspace.ts'
import { keepWorkspaceCurrent } from './workspace-defaults.ts'

export interface SetupResult {
  /** What was changed, what was right already, and what is left to a person. */
  lines: string[]
  agentId: string
  /** Only when the post-call webhook was created by this run. */
  webhookSecret: string | undefined
}

/**
 * Sets up an ElevenLabs workspace for this deployment. Changes only what differs. Agents get webhooks of
 * their own, so that other deployments in the workspace keep theirs.
 * @throws CarrierError; Error where an agent has another deployment's webhooks, before anything is changed
 */
export async function setUpElevenLabs(setup: ElevenLabsSetup): Promise<SetupResult> {
  const workspace = await readWorkspace(setup)
  if (!setup.takeOver) refuseToTakeOver(setup, workspace)
  const postCall = await setUpPostCall(setup, workspace)
  const agent = await setUpAgent(setup, workspace, postCall.attachedId)
  return {
    lines: [
      ...agent.lines,
      ...(await checkTemplate(setup)),
      ...postCall.lines,
      ...(await setUpOrganizationAgents(setup, workspace, postCall.attachedId)),
      ...(await renewTransfer(setup)),
      ...(await keepWorkspaceCurrent(setup, workspace, postCall.attachedId)),
    ],
    agentId: agent.agentId,
    webhookSecret: postCall.secret,
  }
}

async function renewTransfer({ request, own }: ElevenLabsSetup): Promise<string[]> {
  const renewed = await renewServerTools(request, own)
  return renewed.length > 0 ? [`Changed: address and secret of tool ${renewed.join(', ')}`] : []
}
