import type { ConversationRow, PhoneCall } from './model.ts'

/** The call of a conversation that is held by telephone. */
export function phoneOf({ conversation_id: id, metadata }: ConversationRow): PhoneCall {
  if (metadata.phone_call === null) throw new Error(`Conversation ${id} is held in writing`)
  return metadata.phone_call
}
