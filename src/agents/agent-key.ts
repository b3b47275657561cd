import { actorOf, type KeyScope, type Principal } from '../http/principal.ts'
import type { Agents } from './agents.ts'

export type GenerateKey = () => { key: string; prefix: string; hash: string }

/** What an agent's own programs do: it can neither buy nor give up numbers. */
const SCOPES: KeyScope[] = ['read', 'calls:write', 'messages:write']

/**
 * A new key for the agent, in the place of one that was never used; null where one was used, or
 * revoked, and for a key, because keys make no keys.
 */
export async function issueAgentKey(
  deps: { agents: Agents; generateKey: GenerateKey },
  principal: Principal,
  agentId: string,
): Promise<string | null> {
  if (principal.kind === 'key') return null
  const { key, prefix, hash } = deps.generateKey()
  const given = { prefix, keyHash: hash, scopes: SCOPES }
  const { id } = await deps.agents.issueKey(actorOf(principal), agentId, given)
  return id && key
}
