import { z } from 'zod'
import { repairPlus } from '../telephony/notation.ts'
import { calledNumber, customerNumber, senderAddress } from '../telephony/phone.ts'
import { toRecordingUrl } from '../telephony/recording-url.ts'

/** What is missing, repeated or longer than any such value is taken for not told: a caller waits. */
const field = z.string().max(255).catch('')

const seconds = field.transform((value) => (/^\d{1,6}$/.test(value) ? Number(value) : null))

const address = field.transform(repairPlus)

const call = { CallSid: field, From: address, To: address }

/** Twilio's inbound call. It may gain parameters at any time, so unknown ones are let through. */
export const VoiceEvent = z.looseObject({ ...call, StirVerstat: field }).meta({ id: 'TwilioVoice' })

/**
 * Whether the caller's carrier knows who calls, and that the number is theirs (attestation A). Source:
 * Twilio, "Trusted calling with SHAKEN/STIR", StirVerstat; it is told of calls in the US and Canada at most.
 */
export function isAttested({ StirVerstat: verdict }: z.output<typeof VoiceEvent>): boolean {
  return verdict === 'TN-Validation-Passed-A'
}

export const CallStatusEvent = z
  .looseObject({ CallSid: field, CallStatus: field, CallDuration: seconds })
  .meta({ id: 'TwilioCallStatus' })

export const DialEvent = z
  .looseObject({ CallSid: field, DialCallStatus: field, DialCallDuration: seconds })
  .meta({ id: 'TwilioDial' })

/**
 * Twilio tells of a recording twice: to `action`, and when it is ready, with its status and without
 * From and To.
 */
export const RecordingEvent = z
  .looseObject({ ...call, RecordingUrl: field.transform(toRecordingUrl), RecordingStatus: field })
  .meta({ id: 'TwilioRecording' })

/** A call as the store takes it. */
export function toVoiceCall(
  event: Pick<z.output<typeof VoiceEvent>, keyof typeof call>,
  requestId: string,
) {
  return {
    providerCallId: event.CallSid,
    from: senderAddress(event.From),
    to: calledNumber(event.To),
    customer: customerNumber(event.From),
    requestId,
  }
}
