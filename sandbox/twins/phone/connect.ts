import type { World } from '../core/world.ts'
import { beginRegistered } from '../elevenlabs/begin.ts'
import { finishConversation } from '../elevenlabs/conversation.ts'
import type { ConversationRow } from '../elevenlabs/model.ts'
import { type Heard, type Line, type Step, sentenceSeconds, type Verb } from './line.ts'

/**
 * `<Connect><Stream>`: a conversation that was registered begins now, one of an imported number
 * has begun. The customer hears the agent, says what there is to say, and hangs up.
 */
export async function connect(line: Line, verb: Verb, heard: Heard): Promise<Step> {
  const { world, call, says } = line
  const row = conversationOf(world, verb)
  if (row?.status === 'initiated' && row.metadata.phone_call?.call_sid === '') {
    await beginRegistered(world, row, call.sid)
  }
  if (row?.metadata.phone_call?.call_sid !== call.sid) {
    heard.error = 'The stream leads to no conversation of this call'
    return 'over'
  }
  // A conversation that could not begin says itself why.
  if (row.status !== 'in-progress') return 'over'
  const opening = row.transcript.map((turn) => turn.message)
  finishConversation(world, row, says)
  const spoken = row.transcript.filter((turn) => turn.role === 'agent')
  heard.said.push(...opening)
  heard.sounds.push(...spoken.map((turn) => turn.message))
  heard.seconds += Math.max(sentenceSeconds, row.metadata.call_duration_secs)
  heard.connected = true
  return 'over'
}

function conversationOf({ origin, state }: World, verb: Verb): ConversationRow | undefined {
  const stream = verb.children.find((child) => child.name === 'Stream')
  if (!stream?.attributes.url?.startsWith(`${origin.replace('http', 'ws')}/elevenlabs/`)) {
    return undefined
  }
  const { attributes } =
    stream.children.find((child) => child.attributes.name === 'conversation_id') ?? stream
  const { conversations } = state.elevenlabs
  return conversations.find((row) => row.conversation_id === attributes.value)
}
