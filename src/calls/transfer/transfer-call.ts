import { CarrierError } from '../../carriers/ports/carrier-error.ts'
import type { Telephony } from '../../carriers/ports/telephony.ts'
import { AppError, toError } from '../../platform/errors.ts'
import type { Logger } from '../../platform/logger.ts'
import { requireOrdinaryNumber } from '../../telephony/destination.ts'
import { refusalOf } from '../inbound/not-put-through.ts'
import type { VoiceStore } from '../inbound/server-call-store.ts'
import type { TransferRequest, TransferStore } from './transfer-store.ts'

/** under_way: nobody knows yet whether another phone rings. */
type Transferred = 'transferring' | 'under_way' | 'not_transferred'

/** `twimlOf`: what the carrier is to do with the call. */
export type TransferCall = (
  request: TransferRequest,
  twimlOf: (call: { callSid: string; to: string }) => string,
  log: Logger,
) => Promise<Transferred>

/**
 * Hands the caller of a running call over to the number that the organization's settings name: recorded
 * first, then done by the carrier, once. What is asked again changes nothing, unless whoever recorded it has
 * died before the carrier was asked, which the carrier's own list of legs shows. As long as that list has none, or the
 * outcome is unknown, the agent is not told to be silent: either the other phone rings, or it still talks to the caller
 * and asks again.
 * @throws AppError call_not_found, database_unavailable
 */
export function createTransferCall(deps: {
  transfers: TransferStore
  recordNotPutThrough: VoiceStore['recordNotPutThrough']
  telephony: Pick<Telephony, 'redirectCall' | 'hasLegs'>
}): TransferCall {
  const { transfers, telephony } = deps

  return async (request, twimlOf, log) => {
    const { to } = await transfers.find(request)
    if (to === null) return 'not_transferred'
    const begun = await begin(request, to, log)
    if (!begun || begun.result === 'nobody' || begun.result === 'refused') return 'not_transferred'
    const { result, call_sid: callSid } = begun
    if (result === 'answered') return 'transferring'
    if (result === 'under_way')
      return (await isRinging(callSid, log)) ? 'transferring' : 'under_way'
    if (result === 'again' && (await telephony.hasLegs(callSid))) return 'transferring'
    return redirect(request, callSid, twimlOf({ callSid, to }), log)
  }

  /** Where that cannot be read, it is not known to ring. */
  async function isRinging(callSid: string, log: Logger): Promise<boolean> {
    try {
      return await telephony.hasLegs(callSid)
    } catch (error) {
      log.warn({ err: toError(error), callSid }, 'not known whether a caller is being handed over')
      return false
    }
  }

  /** Undefined where the organization may not call that number, or not now: the agent says so. */
  async function begin(request: TransferRequest, to: string, log: Logger) {
    try {
      await requireOrdinaryNumber(to, 'to which no call is handed over')
      return await transfers.begin(request, to)
    } catch (thrown) {
      if (!(thrown instanceof AppError) || PASSED_ON.has(thrown.code)) throw thrown
      log.warn({ err: thrown, callId: request.callId }, 'caller not handed over to a person')
      const refusal = refusalOf(thrown)
      if (refusal) await report(request, to, refusal.message, log)
      return undefined
    }
  }

  /** A person is told; the agent answers the caller in any case. */
  async function report({ callId }: TransferRequest, to: string, reason: string, log: Logger) {
    try {
      await deps.recordNotPutThrough({ callId, to, reason, isTransfer: true })
    } catch (error) {
      log.error({ err: toError(error) }, 'not recorded that a caller was not handed over')
    }
  }

  async function redirect(
    request: TransferRequest,
    callSid: string,
    twiml: string,
    log: Logger,
  ): Promise<Transferred> {
    try {
      await telephony.redirectCall(callSid, twiml)
      return 'transferring'
    } catch (thrown) {
      const error = toError(thrown)
      log.warn({ err: error, callSid }, 'the carrier did not confirm that it hands a caller over')
      if (thrown instanceof CarrierError && thrown.outcomeUnknown) return 'under_way'
      await transfers.recordRefused(request)
      return 'not_transferred'
    }
  }
}

/** What is no refusal of the transfer. */
const PASSED_ON = new Set<string>(['call_not_found', 'database_unavailable'])
