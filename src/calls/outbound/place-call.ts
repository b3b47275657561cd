import { buildVariables } from '../../agent-memory/variables.ts'
import { CarrierError } from '../../carriers/ports/carrier-error.ts'
import type { VoiceAgents } from '../../carriers/ports/voice-agents.ts'
import type { ImportForCalling } from '../../phone-numbers/orders/import-for-calling.ts'
import { AppError, toError } from '../../platform/errors.ts'
import type { Logger } from '../../platform/logger.ts'
import { requireOrdinaryNumber } from '../../telephony/destination.ts'
import { reasonInWords } from '../../telephony/failure-reason.ts'
import type { CallStore, OutboundRequest, RecordedCall } from '../call-store.ts'

export type PlaceCall = (request: OutboundRequest) => Promise<RecordedCall>

/**
 * Calls a customer from a number of the organization's own: the one that was asked for, else the one they
 * know from their last exchange, else the default. The call is recorded before anybody is
 * dialled, and dialled once: an answer that is lost, or cannot be recorded, leaves it `unknown`, for
 * the loop to look up.
 * @throws AppError destination_premium, organization_suspended, from_unfit, agent_not_found,
 *   repeated_too_soon, import_pending, no_phone_number,
 *   call_to_self, country_not_allowed, do_not_call, too_many_calls, daily_calls_reached,
 *   daily_minutes_reached, daily_spend_reached, customer_calls_reached, account_spend_reached,
 *   deployment_spend_reached, fallback_calls_reached; carrier_failed when the call was refused
 */
export function createPlaceCall(deps: {
  calls: CallStore
  voiceAgents: VoiceAgents
  /** Imports the number an organization calls from, if it went live without; waits a while. */
  importForCalling: ImportForCalling
  /** For calls from a number without an agent of its own. */
  agentId: string
  defaultOrganizationName: string
  log: Logger
}): PlaceCall {
  const { calls, voiceAgents, agentId, log } = deps

  return async (request) => {
    await requireOrdinaryNumber(request.to, 'which is never called')
    const begun = await begin(request)
    const { call } = begun
    if (!begun.dial) return call
    const variables = buildVariables({
      organization: begun.organization,
      history: begun.history,
      callId: call.id,
      customerName: request.customerName,
      outbound: {
        reason: request.reason,
        variables: request.variables,
        leadId: request.leadId,
      },
      customerPhone: request.to,
      calledNumber: call.from_number,
      defaultOrganizationName: deps.defaultOrganizationName,
    })
    return dial(call, {
      agentId: call.agent_id ?? agentId,
      fromId: begun.elevenlabs_phone_id,
      to: request.to,
      callId: call.id,
      variables,
    })
  }

  /**
   * A number that this server answers is imported when it is first to call somebody itself. Where that
   * takes longer than anybody waits, the next best number calls.
   */
  async function begin(request: OutboundRequest) {
    try {
      return await calls.beginOutbound(request)
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'import_pending')) throw error
      await deps.importForCalling(request)
      return calls.beginOutbound(request, true)
    }
  }

  async function dial(
    call: RecordedCall,
    request: Parameters<VoiceAgents['dial']>[0],
  ): Promise<RecordedCall> {
    try {
      const dialed = await voiceAgents.dial(request)
      if (dialed.result === 'dialing') return recorded(call, calls.recordDialed(call.id, dialed))
      log.warn({ callId: call.id, reason: dialed.reason }, 'call refused')
      await recorded(call, calls.recordRefused(call.id, 'not_placed'))
      throw new AppError('carrier_failed', reasonInWords('not_placed'), {
        forOperators: `ElevenLabs did not place the call: ${dialed.reason}`,
      })
    } catch (error) {
      if (!(error instanceof CarrierError)) throw error
      if (error.outcomeUnknown) return recorded(call, calls.recordUnknown(call.id))
      await recorded(call, calls.recordRefused(call.id, error.reason))
      throw error
    }
  }

  /** The request is out: an error of ours now would only make the client dial again. */
  async function recorded(
    call: RecordedCall,
    recording: Promise<RecordedCall | null>,
  ): Promise<RecordedCall> {
    try {
      return (await recording) ?? call
    } catch (thrown) {
      log.error({ err: toError(thrown), callId: call.id }, 'outcome of a dial not recorded')
      return { ...call, status: 'unknown' }
    }
  }
}
