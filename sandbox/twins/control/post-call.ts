import { z } from 'zod'
import type { World } from '../core/world.ts'
import { deepMerge } from '../elevenlabs/deep-merge.ts'
import type { ConversationRow, JsonObject } from '../elevenlabs/model.ts'
import { webhookOf } from '../elevenlabs/post-call.ts'
import {
  callFailure,
  type PostCallEvent,
  postCallTypes,
  transcription,
} from '../elevenlabs/post-call-event.ts'
import { postSigned, signatureOf } from '../elevenlabs/signed-request.ts'
import { parseBody, problem } from './problem.ts'

const PostCall = z.strictObject({
  conversationId: z.string(),
  type: z.enum(postCallTypes).default('post_call_transcription'),
  /** Merged into the event's data, objects key by key. */
  changes: z.record(z.string(), z.unknown()).default({}),
  /** Unix seconds; now when absent. */
  timestamp: z.int().min(0).optional(),
  signature: z.enum(['valid', 'invalid']).default('valid'),
})

/**
 * Delivers the event of a known conversation once more, as told: late, changed or forged. Nothing
 * counts it and nothing repeats it. Answers with what the application answered; status 0 when it
 * did not.
 */
export async function deliverPostCall(world: World, body: unknown): Promise<unknown> {
  const wanted = parseBody(PostCall, body)
  const { conversationId, changes, signature } = wanted
  const rows = world.state.elevenlabs.conversations
  const row = rows.find((each) => each.conversation_id === conversationId)
  if (row === undefined) throw problem(404, `There is no conversation ${conversationId}`)
  const webhook = webhookOf(world, row)
  if (webhook === undefined) throw problem(409, 'No post-call webhook is set')
  const event = eventOf(world, row, wanted.type)
  const time = wanted.timestamp ?? event.event_timestamp
  const text = JSON.stringify({
    ...event,
    event_timestamp: time,
    data: deepMerge(event.data as JsonObject, changes),
  })
  const secret = signature === 'valid' ? webhook.webhook_secret : 'somebody-elses-secret'
  return await postSigned(world, webhook, {
    body: text,
    signature: signatureOf(text, secret, time),
  })
}

function eventOf(world: World, row: ConversationRow, type: PostCallEvent['type']): PostCallEvent {
  if (type === 'post_call_transcription') return transcription(row)
  const form = world.state.elevenlabs.callFailures[row.conversation_id]
  if (form !== undefined) return callFailure(row, form)
  throw problem(
    409,
    `The call of conversation ${row.conversation_id} came about: no failure to tell`,
  )
}
