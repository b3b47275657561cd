import type { AgentBounds } from '../agent-bounds.ts'
import type { ElevenLabsClient } from '../client.ts'

export interface ElevenLabsSetup {
  request: ElevenLabsClient
  preCallUrl: string
  preCallHeaders: Record<string, string>
  postCallUrl: string
  /** Whether this deployment has the webhook's secret, which ElevenLabs shows only once. */
  postCallSecretKnown: boolean
  /** The agent to make fit; absent: one of ours, made if missing. */
  agentId: string | undefined
  /** The agent that others are copies of. */
  templateId: string | undefined
  variables: string[]
  /** Of the deployment's agent. */
  bounds: AgentBounds
}
