import { newId } from '../core/ids.ts'
import { unixNow } from '../core/time.ts'
import type { World } from '../core/world.ts'
import { type ClientData, noClientData } from './client-data.ts'
import type { AgentRow, ConversationRow, PhoneCall, PhoneRow } from './model.ts'

/** Records a conversation with a customer that is about to begin. */
export function openConversation(
  world: World,
  options: {
    agent: AgentRow
    /** The id is empty where nothing is imported. */
    phone: Pick<PhoneRow, 'phone_number_id' | 'phone_number'>
    customer: string
    direction: 'inbound' | 'outbound'
    /** Empty as long as Twilio has not given it. */
    callSid: string
    clientData?: ClientData
  },
): ConversationRow {
  const { agent, phone, customer, direction, callSid, clientData = noClientData } = options
  return addConversation(world, agent, clientData, {
    type: 'twilio',
    direction,
    phone_number_id: phone.phone_number_id,
    agent_number: phone.phone_number,
    external_number: customer,
    call_sid: callSid,
    stream_sid: '',
    call_result: null,
  })
}

/** Records one that begins in writing. */
export function openTextConversation(world: World, agent: AgentRow): ConversationRow {
  return addConversation(world, agent, noClientData, null)
}

function addConversation(
  world: World,
  agent: AgentRow,
  clientData: ClientData,
  phoneCall: PhoneCall | null,
): ConversationRow {
  const row: ConversationRow = {
    agent_id: agent.agent_id,
    agent_name: agent.name,
    conversation_id: newId('conv_', 28),
    status: 'initiated',
    user_id: clientData.user_id ?? null,
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
      authorization_method: phoneCall ? 'authorization_header' : 'signed_url',
      conversation_initiation_source: phoneCall ? 'twilio' : 'unknown',
      text_only: phoneCall === null,
      phone_call: phoneCall,
    },
    analysis: null,
    conversation_initiation_client_data: {
      ...clientData,
      user_id: clientData.user_id ?? null,
    },
    has_audio: false,
    has_user_audio: false,
    has_response_audio: false,
    has_auxiliary_audio: false,
  }
  world.change(({ elevenlabs }) => elevenlabs.conversations.push(row))
  return row
}

/** Gives a conversation that an earlier version kept the fields it did not have. */
export function completeConversation(row: ConversationRow): void {
  row.metadata.text_only ??= false
  if (row.metadata.phone_call) row.metadata.phone_call.stream_sid ??= ''
  row.has_auxiliary_audio ??= false
}
