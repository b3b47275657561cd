import { newId } from '../core/ids.ts'
import { unixNow } from '../core/time.ts'
import type { World } from '../core/world.ts'
import type { AgentRow, ConversationRow, PhoneRow, TranscriptTurn } from './model.ts'

/** Simulated seconds that one turn of a conversation takes. */
const turnSeconds = 3
const creditsPerSecond = 10
/** What a second costs, in micro-dollars. */
const pricePerSecond = 1_667

/** Records a conversation that is about to begin. */
export function openConversation(
  world: World,
  options: { agent: AgentRow; phone: PhoneRow; from: string; callSid: string },
): ConversationRow {
  const { agent, phone, from, callSid } = options
  const row: ConversationRow = {
    agent_id: agent.agent_id,
    agent_name: agent.name,
    conversation_id: newId('conv_', 28),
    status: 'initiated',
    user_id: null,
    branch_id: null,
    version_id: null,
    environment: 'production',
    transcript: [],
    metadata: {
      start_time_unix_secs: unixNow(),
      accepted_time_unix_secs: null,
      call_duration_secs: 0,
      cost: null,
      cost_fiat: null,
      termination_reason: '',
      error: null,
      main_language: 'en',
      authorization_method: 'authorization_header',
      conversation_initiation_source: 'twilio',
      phone_call: {
        type: 'twilio',
        direction: 'inbound',
        phone_number_id: phone.phone_number_id,
        agent_number: phone.phone_number,
        external_number: from,
        call_sid: callSid,
        stream_sid: null,
        call_result: null,
      },
    },
    analysis: null,
    conversation_initiation_client_data: {
      dynamic_variables: {},
      conversation_config_override: {},
      user_id: null,
    },
    has_audio: false,
    has_user_audio: false,
    has_response_audio: false,
  }
  world.change(({ elevenlabs }) => elevenlabs.conversations.push(row))
  return row
}

/** Closes a conversation that could not begin. */
export function failConversation(world: World, row: ConversationRow, reason: string): void {
  world.change(() => {
    row.status = 'failed'
    row.metadata.termination_reason = reason
    row.metadata.error = { code: 1008, reason }
    row.metadata.phone_call.call_result = 'failed'
  })
}

/** Has the caller say each text, hang up, and the conversation analysed and charged for. */
export function finishConversation(world: World, row: ConversationRow, says: string[]): void {
  world.change(({ elevenlabs }) => {
    for (const text of says) {
      row.transcript.push(turn(row, 'user', text))
      row.transcript.push(turn(row, 'agent', 'Thank you, I have made a note of that.'))
    }
    const duration = Math.max(1, row.transcript.length * turnSeconds)
    const price = duration * pricePerSecond
    row.status = 'done'
    row.metadata.call_duration_secs = duration
    row.metadata.cost = duration * creditsPerSecond
    row.metadata.cost_fiat = price / 1_000_000
    row.metadata.termination_reason = 'Call ended by remote party'
    row.metadata.phone_call.call_result = 'answered'
    row.analysis = {
      call_successful: 'success',
      transcript_summary: summaryOf(says),
      call_summary_title: 'Phone call',
      evaluation_criteria_results: {},
      data_collection_results: {},
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

function summaryOf(says: string[]): string {
  if (says.length === 0) return 'The customer called and hung up without saying anything.'
  return `The customer called and said: ${says.map((text) => `"${text}"`).join(', ')}.`
}
