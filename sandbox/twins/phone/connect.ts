import type { World } from '../core/world.ts'
import { beginRegistered } from '../elevenlabs/begin.ts'
import { finishConversation } from '../elevenlabs/conversation.ts'
import type { ConversationRow } from '../elevenlabs/model.ts'
import { askForPerson } from '../elevenlabs/tools/ask-for-person.ts'
import { dial } from './dial.ts'
import { type Heard, type Line, type Step, sentenceSeconds, type Verb } from './line.ts'

/**
 * `<Connect><Stream>`: a conversation that was registered begins now, one of an imported number
 * has begun. The customer hears the agent, says what there is to say, and hangs up, or is put through to
 * the person they ask for.
 */
export async function connect(line: Line, verb: Verb, heard: Heard): Promise<Step> {
  const { world, call, says, hangsUp } = line
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
  if (hangsUp === 'at_once') return hangUp(world, row, heard)
  const opening = row.transcript.map((turn) => turn.message)
  const agent = world.state.elevenlabs.agents.find((each) => each.agent_id === row.agent_id)
  const handed = line.wantsPerson && agent ? await askForPerson(world, agent, row) : undefined
  finishConversation(world, row, says, handed?.turn)
  const spoken = row.transcript.filter((turn) => turn.role === 'agent')
  heard.said.push(...opening)
  heard.sounds.push(...spoken.map((turn) => turn.message))
  heard.seconds += Math.max(sentenceSeconds, row.metadata.call_duration_secs)
  heard.connected = true
  if (handed?.to) return await dial(line, dialVerb(verb, handed.to), heard)
  return 'over'
}

/** Nobody has said a word, and the conversation is over. */
function hangUp(world: World, row: ConversationRow, heard: Heard): Step {
  world.change(() => {
    row.transcript = []
  })
  finishConversation(world, row, [])
  heard.connected = true
  return 'over'
}

/** What ElevenLabs has Twilio do where it puts a caller through itself. */
function dialVerb({ base }: Verb, number: string): Verb {
  return { name: 'Dial', attributes: {}, children: [], text: number, base }
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
