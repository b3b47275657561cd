import type { WholeReport } from '../../carriers/ports/voice-agents.ts'
import { truncate } from '../../platform/truncate.ts'
import { calledNumber, customerNumber, senderAddress } from '../../telephony/phone.ts'

const EXCHANGES = 10
const EXCHANGE_LENGTH = 1_000
const SUMMARY_LENGTH = 4_000

/**
 * A report as the SQL functions take it, but for its transcript, which they take apart from it: call times and
 * turns bounded, and small, because each of a dozen functions copies it.
 */
export function toCallEvent(report: WholeReport) {
  const said = report.transcript.filter(({ message }) => message.trim() !== '')
  const exchanges = said.slice(-EXCHANGES).map(({ role, message }) => ({
    direction: role === 'user' ? 'inbound' : 'outbound',
    body: truncate(message, EXCHANGE_LENGTH),
  }))
  const hasFailed = report.state === 'failed' || report.state === 'not_connected'
  return {
    outcome: hasFailed ? report.state : 'ended',
    call_id: report.callId,
    conversation_id: report.conversationId,
    provider_call_id: report.providerCallId,
    agent_id: report.agentId,
    direction: report.direction,
    answered_by: report.answeredBy,
    our_number: report.ourNumber === null ? null : calledNumber(report.ourNumber),
    customer_number: senderAddress(report.customerNumber ?? ''),
    customer: report.customerNumber === null ? null : customerNumber(report.customerNumber),
    started_at: report.startedAt.toISOString(),
    earliest_start: report.earliestStart.toISOString(),
    duration_seconds: report.durationSeconds,
    cost: report.costMicros,
    success: report.outcome,
    summary: report.summary === null ? null : truncate(report.summary, SUMMARY_LENGTH),
    exchanges,
    collected: report.collected,
    evaluation: report.evaluation,
    do_not_call: report.doNotCall,
    transferred_to: report.transferredTo,
    failure_reason: report.failureReason,
  }
}
