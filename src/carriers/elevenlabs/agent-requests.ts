import { z } from 'zod'
import { AgentConfig } from './agent-config.ts'
import type { ElevenLabsClient } from './client.ts'

/** Where an agent is found at ElevenLabs. */
export const agentPath = (id: string) => `convai/agents/${encodeURIComponent(id)}`

/** An agent as it is there now. @throws CarrierError */
export function getAgent(request: ElevenLabsClient, id: string): Promise<AgentConfig> {
  return request({
    operation: 'agents.get',
    method: 'GET',
    path: agentPath(id),
    reply: AgentConfig,
  })
}

/** Changes what `patch` names; the rest of the agent stays. @throws CarrierError */
export async function updateAgent(
  request: ElevenLabsClient,
  id: string,
  patch: unknown,
): Promise<void> {
  await request({
    operation: 'agents.update',
    method: 'PATCH',
    path: agentPath(id),
    body: patch,
    reply: z.unknown(),
  })
}
