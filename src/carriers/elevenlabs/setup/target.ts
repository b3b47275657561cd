import type { DailyConversations } from '../../ports/agent-editor.ts'
import type { AgentBounds } from '../agent-bounds.ts'
import type { ElevenLabsClient } from '../client.ts'
import type { OwnWebhooks } from '../own/own-webhooks.ts'

export interface ElevenLabsSetup {
  request: ElevenLabsClient
  own: OwnWebhooks
  /** The post-call webhook's secret, which ElevenLabs shows only once; undefined: nobody has put it into .env. */
  postCallSecret: string | undefined
  /** The agent to make fit; absent: one of ours, made if missing. */
  agentId: string | undefined
  /** Agents of this deployment's organizations. */
  organizationAgents: string[]
  /** The agent that others are copies of. */
  templateId: string | undefined
  variables: string[]
  /** Webhooks of others on the agents given are replaced. */
  takeOver: boolean
  /** Makes another post-call webhook beside the present one, because a webhook's secret cannot be changed. */
  anotherSecret: boolean
  /** Of the deployment's agent. */
  bounds: AgentBounds
  /** Of the deployment's agent, too. */
  daily: DailyConversations
  /** Prints a line at once: what would be lost if the run failed later. */
  say: (line: string) => void
}
