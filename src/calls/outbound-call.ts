import { CarrierError, type VoiceAgents } from '../carriers/ports.ts'
import { isPremiumNumber } from '../platform/destination.ts'
import { AppError } from '../platform/errors.ts'
import type { CallStore, OutboundRequest, RecordedCall } from './call-store.ts'
import { buildVariables } from './variables.ts'

export type PlaceCall = (request: OutboundRequest) => Promise<RecordedCall>

/**
 * Calls a customer from the organization's own number. The call is recorded before anybody is
 * dialled, and dialled once: an answer that is lost leaves it `unknown`, for the loop to look up.
 * @throws AppError destination_premium, organization_suspended, import_pending, no_phone_number,
 *   call_to_self; carrier_failed when the call was refused
 */
export function createPlaceCall(deps: {
  calls: CallStore
  voiceAgents: VoiceAgents
  agentId: string
  defaultOrganizationName: string
}): PlaceCall {
  const { calls, voiceAgents, agentId } = deps

  return async (request) => {
    if (await isPremiumNumber(request.to)) {
      throw new AppError(
        'destination_premium',
        `${request.to} is a premium-rate number, which is never called`,
      )
    }
    const begun = await calls.beginOutbound(request)
    if (!begun.dial) return begun.call
    const { from_number: from, id: callId } = begun.call
    const variables = buildVariables({
      organization: begun.organization,
      history: begun.history,
      customerPhone: request.to,
      calledNumber: from,
      defaultOrganizationName: deps.defaultOrganizationName,
    })
    return dial({ agentId, fromId: begun.elevenlabs_phone_id, to: request.to, callId, variables })
  }

  async function dial(call: Parameters<VoiceAgents['dial']>[0]): Promise<RecordedCall> {
    try {
      const dialed = await voiceAgents.dial(call)
      if (dialed.result === 'dialing') return await calls.recordDialed(call.callId, dialed)
      await calls.recordRefused(call.callId, dialed.reason)
      throw new AppError('carrier_failed', `ElevenLabs did not place the call: ${dialed.reason}`)
    } catch (error) {
      if (!(error instanceof CarrierError)) throw error
      if (error.outcomeUnknown) return calls.recordUnknown(call.callId)
      await calls.recordRefused(call.callId, error.message)
      throw error
    }
  }
}
