import type { ListedCall, ListedVoicemail } from '../../carriers/ports/arrivals.ts'
import type { Telephony } from '../../carriers/ports/telephony.ts'
import type { LeasedWork } from '../../database/lease.ts'
import { type CatchUpSource, catchUp, type Failing } from '../../platform/catch-up.ts'
import type { Logger } from '../../platform/logger.ts'
import { calledNumber, customerNumber, senderAddress } from '../../telephony/phone.ts'
import type { VoiceStore } from '../inbound/server-call-store.ts'
import type { CatchUpStore } from './catch-up-store.ts'

/** ISO times; until then every call, and every message on tape, is taken in. */
type CatchUpState = {
  calls: string
  voicemails: string
  failingCalls?: Failing
  failingVoicemails?: Failing
}

/**
 * Takes in the calls, and then the messages on tape, that no webhook told of, because this server or
 * its database gave no answer. A caller may have been promised a call back: a person is told.
 */
export function createCallCatchUp(deps: {
  telephony: Pick<Telephony, 'listInboundCalls' | 'listVoicemails'>
  store: CatchUpStore
  voiceCalls: Pick<VoiceStore, 'recordVoicemail'>
  stuck: {
    calls: Pick<CatchUpSource<ListedCall>, 'report' | 'taken'>
    voicemails: Pick<CatchUpSource<ListedVoicemail>, 'report' | 'taken'>
  }
  /** How long ago a call must have begun, in milliseconds: its webhooks may be on their way. */
  minAgeMs: number
  log: Logger
}): LeasedWork<CatchUpState> {
  const { telephony, store, voiceCalls, minAgeMs, log } = deps

  /** One that goes on holds the time mark back. */
  async function takeCall(call: ListedCall): Promise<boolean> {
    if (!call.isOver) return false
    const { result, organization_id } = await store.recordMissed({
      ...call,
      from: senderAddress(call.from),
      to: calledNumber(call.to),
      customer: customerNumber(call.from),
    })
    log.warn({ organizationId: organization_id, callSid: call.sid, result }, 'call caught up')
    return true
  }

  async function takeVoicemail({ callSid, url }: ListedVoicemail): Promise<boolean> {
    // As Twilio tells it when the recording is ready: without the numbers.
    const call = { providerCallId: callSid, from: '', to: '', customer: null, requestId: null }
    const { result, organization_id } = await voiceCalls.recordVoicemail(call, url)
    log.warn({ organizationId: organization_id, callSid, result }, 'message on tape caught up')
    return true
  }

  return async (signal, { calls, voicemails, failingCalls, failingVoicemails }) => {
    const options = { minAgeMs, signal, log }
    const readCalls = await catchUp(
      {
        list: telephony.listInboundCalls,
        unknownAmong: store.unknownCalls,
        take: takeCall,
        ...deps.stuck.calls,
      },
      { ...options, through: timeOf(calls), failing: failingCalls },
    )
    if (!readCalls) return undefined
    const { through: callsThrough } = readCalls
    const readVoicemails = await catchUp(
      {
        list: telephony.listVoicemails,
        unknownAmong: store.unknownVoicemails,
        take: takeVoicemail,
        ...deps.stuck.voicemails,
      },
      { ...options, through: timeOf(voicemails), failing: failingVoicemails },
    )
    return {
      calls: callsThrough.toISOString(),
      // A message belongs to a call, and that may still be missing.
      voicemails: earlier(
        readVoicemails?.through ?? timeOf(voicemails) ?? callsThrough,
        callsThrough,
      ),
      failingCalls: readCalls.failing,
      failingVoicemails: readVoicemails?.failing ?? failingVoicemails ?? {},
    }
  }
}

const timeOf = (iso: string | undefined) => (iso === undefined ? undefined : new Date(iso))

const earlier = (one: Date, other: Date) => (one < other ? one : other).toISOString()
