import { createHmac } from 'node:crypto'
import type { Operation } from '../../core/operation.ts'
import { unixNow } from '../../core/time.ts'
import type { World } from '../../core/world.ts'
import { findAgent } from '../agents.ts'

/** Seconds for which a signed URL opens a conversation. */
const LIFE = 15 * 60

/** Where a conversation in writing is held. */
export const SOCKET_PATH = '/elevenlabs/v1/convai/conversation'

/** An address at which anybody may talk to an agent for a while, also to one that asks for a token. */
export function signedUrlOperations(world: World): Operation[] {
  return [
    {
      name: 'conversations.getSignedUrl',
      method: 'get',
      path: '/v1/convai/conversation/get-signed-url',
      query: ['agent_id', 'include_conversation_id'],
      handle({ query }) {
        const { agent_id: id } = findAgent(world, query.agent_id)
        const until = String(unixNow() + LIFE)
        const signed = new URLSearchParams({
          agent_id: id,
          conversation_signature: `${until}.${signatureOf(world, id, until)}`,
        })
        const signed_url = `${world.origin.replace('http', 'ws')}${SOCKET_PATH}?${signed}`
        return { status: 200, body: { signed_url } }
      },
    },
  ]
}

/** Whether a signature is of this agent, and its time not over. */
export function isSigned(world: World, agentId: string, signature: string | null): boolean {
  const [until = '', digest] = signature?.split('.') ?? []
  return Number(until) > unixNow() && digest === signatureOf(world, agentId, until)
}

function signatureOf({ internalSecret }: World, agentId: string, until: string): string {
  return createHmac('sha256', internalSecret).update(`${agentId} ${until}`).digest('hex')
}
