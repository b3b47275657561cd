import { z } from 'zod'
import { AgentConfig } from './agent-config.ts'
import type { ElevenLabsClient } from './client.ts'
import { readRows } from './read-rows.ts'

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

const Named = z.object({ name: z.string() })
const Listed = Named.extend({ agent_id: z.string() })
const unknown = z.unknown().transform(() => ({ id: undefined, phoneNumber: undefined }))

/**
 * Of the rows of a list of agents, which the workspace has of others, too, the ids of those with such a name.
 * @throws CarrierError bad_reply, where one cannot be read that may have it
 */
export function idsOfNamed(rows: unknown[], hasName: (name: string) => boolean): string[] {
  const ours = rows.filter((row) => {
    const { data } = Named.safeParse(row)
    return data === undefined || hasName(data.name)
  })
  return readRows('agents.list', { row: Listed, known: unknown }, ours).map((row) => row.agent_id)
}
