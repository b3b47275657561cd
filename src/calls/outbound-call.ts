import { CarrierError, type VoiceAgents } from '../carriers/ports.ts'
import { isPremiumNumber } from '../platform/destination.ts'
import { AppError, toError } from '../platform/errors.ts'
import type { Logger } from '../platform/logger.ts'
import type { CallStore, OutboundRequest, RecordedCall } from './call-store.ts'
import { buildVariables } from './variables.ts'

export type PlaceCall = (request: OutboundRequest) => Promise<RecordedCall>

/**
 * Calls a customer from the organization's own number. The call is recorded before anybody is
 * dialled, and dialled once: an answer that is lost, or cannot be recorded, leaves it `unknown`, for
 * the loop to look up.
 * @throws AppError destination_premium, organization_suspended, import_pending, no_phone_number,
 *   call_to_self; carrier_failed when the call was refused
 */
export function createPlaceCall(deps: {
  calls: CallStore
  voiceAgents: VoiceAgents
  agentId: string
  defaultOrganizationName: string
  log: Logger
}): PlaceCall {
  const { calls, voiceAgents, agentId, log } = deps

  return async (request) => {
    if (await isPremiumNumber(request.to)) {
      throw new AppError(
        'destination_premium',
        `${request.to} is a premium-rate, shared-cost or satellite number, which is never called`,
      )
    }
    const begun = await calls.beginOutbound(request)
    if (!begun.dial) return begun.call
    const { call } = begun
    const variables = buildVariables({
      organization: begun.organization,
      history: begun.history,
      customerPhone: request.to,
      calledNumber: call.from_number,
      defaultOrganizationName: deps.defaultOrganizationName,
    })
    return dial(call, {
      agentId,
      fromId: begun.elevenlabs_phone_id,
      to: request.to,
      callId: call.id,
      variables,
    })
  }

  async function dial(
    call: RecordedCall,
    request: Parameters<VoiceAgents['dial']>[0],
  ): Promise<RecordedCall> {
    try {
      const dialed = await voiceAgents.dial(request)
      if (dialed.result === 'dialing') return recorded(call, calls.recordDialed(call.id, dialed))
      await recorded(call, calls.recordRefused(call.id, dialed.reason))
      throw new AppError('carrier_failed', `ElevenLabs did not place the call: ${dialed.reason}`)
    } catch (error) {
      if (!(error instanceof CarrierError)) throw error
      if (error.outcomeUnknown) return recorded(call, calls.recordUnknown(call.id))
      await recorded(call, calls.recordRefused(call.id, error.message))
      throw error
    }
  }

  /** The request is out: an error of ours now would only make the client dial again. */
  function recorded(call: RecordedCall, recording: Promise<RecordedCall>): Promise<RecordedCall> {
    return recording.catch((thrown: unknown) => {
      log.error({ err: toError(thrown), callId: call.id }, 'outcome of a dial not recorded')
      return { ...call, status: 'unknown' }
    })
  }
}
