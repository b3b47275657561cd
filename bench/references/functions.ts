/** One call of the product's own SQL functions, by name and arguments. */
export type Call = (
  name:
    | 'begin_inbound_call'
    | 'receive_message'
    | 'begin_voice_call'
    | 'begin_outbound_call'
    | 'record_outbound_call',
  args: Record<string, unknown>,
) => Promise<Record<string, unknown>>

/** A reference's way into the database. */
export interface Door {
  call: Call
  close(): Promise<void>
}

type Form = Record<string, string>

const POLL_MS = 3_600_000
const MANY = 1_000_000

/** What an ordinary handler passes on of each webhook: the same to the same function as the product. */
export const argumentsOf = {
  initiation: (event: Form) => ({
    p_provider_call_id: event.call_sid,
    p_conversation_id: null,
    p_agent_id: event.agent_id,
    p_from: event.caller_id,
    p_to: event.called_number,
    p_customer: event.caller_id,
    p_request_id: null,
    p_poll_ms: POLL_MS,
  }),
  text: (form: Form) => ({
    p_provider_message_id: form.MessageSid,
    p_from: form.From,
    p_to: form.To,
    p_customer: form.From,
    p_body: form.Body,
    p_media: '[]',
    p_segments: Number(form.NumSegments),
    p_request_id: null,
  }),
  call: (form: Form) => ({
    p_provider_call_id: form.CallSid,
    p_agent_id: 'agent_bench',
    p_from: form.From,
    p_to: form.To,
    p_customer: form.From,
    p_is_attested: false,
    p_request_id: null,
    p_poll_ms: POLL_MS,
    p_max_of_caller: MANY,
    p_max_of_number: MANY,
  }),
  outbound: (wanted: Form, id: string, guard: object) => ({
    p_id: id,
    p_actor: { kind: 'operator', name: 'bench' },
    p_organization_id: wanted.organizationId,
    p_to: wanted.phoneNumber,
    p_from: null,
    p_agent_id: null,
    p_imported: false,
    p_insists: false,
    p_lead_id: null,
    p_customer_name: null,
    p_fallback: null,
    p_default_agent_id: 'agent_bench',
    p_request_id: null,
    p_poll_ms: POLL_MS,
    p_guard: guard,
  }),
  dialed: (id: string, { conversation_id, callSid }: Form) => ({
    p_call_id: id,
    p_status: 'in-progress',
    p_conversation_id: conversation_id,
    p_provider_call_id: callSid,
    p_failure_reason: null,
    p_poll_ms: POLL_MS,
  }),
}
