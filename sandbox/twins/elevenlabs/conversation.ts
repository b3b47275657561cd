import type { World } from '../core/world.ts'
import { collectedData } from './collected-data.ts'
import type { ConversationRow, TranscriptTurn } from './model.ts'
import { phoneOf } from './phone-of.ts'

/** Simulated seconds that one turn of a conversation takes. */
const turnSeconds = 3
const creditsPerSecond = 10
/** What a second costs, in micro-dollars. */
const pricePerSecond = 1_667

/** Why a conversation could not begin, or was cut off, and what became of the call. */
interface Failure {
  reason: string
  result: 'busy' | 'no_answer' | 'failed'
}

/** Closes a conversation that could not begin. */
export function failConversation(world: World, row: ConversationRow, failure: Failure): void {
  world.change(() => markFailed(row, failure))
}

/** The same for a row that is not part of a world yet. */
export function markFailed(row: ConversationRow, { reason, result }: Failure): void {
  row.status = 'failed'
  row.metadata.termination_reason = reason
  row.metadata.error = { code: 1008, reason }
  if (row.metadata.phone_call) row.metadata.phone_call.call_result = result
}

/**
 * Has the caller say each text, hang up, and the conversation analysed and charged for. `last`: what the agent
 * did at its end.
 */
export function finishConversation(
  world: World,
  row: ConversationRow,
  says: string[],
  last?: TranscriptTurn,
): void {
  world.change(({ elevenlabs }) => {
    for (const text of says) {
      row.transcript.push(turn(row, 'user', text))
      row.transcript.push(turn(row, 'agent', 'Thank you, I have made a note of that.'))
    }
    if (last !== undefined) row.transcript.push(last)
    const duration = Math.max(1, row.transcript.length * turnSeconds)
    const price = duration * pricePerSecond
    row.status = 'done'
    row.metadata.call_duration_secs = duration
    row.metadata.cost = duration * creditsPerSecond
    row.metadata.cost_fiat = price / 1_000_000
    row.metadata.termination_reason = 'Call ended by remote party'
    phoneOf(row).call_result = 'answered'
    row.analysis = {
      call_successful: 'success',
      transcript_summary: summaryOf(row, says),
      call_summary_title: 'Phone call',
      evaluation_criteria_results: {},
      data_collection_results: collectedData(world, row, says),
    }
    row.has_audio = row.has_user_audio = row.has_response_audio = true
    elevenlabs.spent += price
  })
}

/** The next turn of a transcript. */
export function turn(
  row: ConversationRow,
  role: TranscriptTurn['role'],
  message: string,
): TranscriptTurn {
  return {
    role,
    message,
    time_in_call_secs: row.transcript.length * turnSeconds,
    tool_calls: [],
    tool_results: [],
    interrupted: false,
  }
}

function summaryOf(row: ConversationRow, says: string[]): string {
  const inbound = phoneOf(row).direction === 'inbound'
  const call = inbound ? 'The customer called' : 'The customer was called'
  if (says.length === 0) return `${call} and hung up without saying anything.`
  return `${call} and said: ${says.map((text) => `"${text}"`).join(', ')}.`
}
