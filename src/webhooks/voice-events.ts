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
export const VoiceEvent = z.looseObject(call).meta({ id: 'TwilioVoice' })

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
export function toVoiceCall(event: z.output<typeof VoiceEvent>, requestId: string) {
  return {
    providerCallId: event.CallSid,
    from: senderAddress(event.From),
    to: calledNumber(event.To),
    customer: customerNumber(event.From),
    requestId,
  }
}
