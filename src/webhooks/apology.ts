import type { Answered } from '../calls/inbound/answer-call.ts'
import { putThrough, takeMessage } from '../carriers/twilio/twiml.ts'
import { withRetries } from '../carriers/webhook-url.ts'

export const NOT_IN_SERVICE =
  'Thank you for calling. This number is not in service at the moment. Goodbye.'

export const BUSY =
  'Thank you for calling. All our lines are busy at the moment. Please try again later. Goodbye.'

export const GOODBYE = 'Thank you. We will call you back. Goodbye.'

/**
 * What callers hear whom no agent can answer, as TwiML; made without database and vendor. Twilio asks
 * again below `publicUrl`: a path of it would be lost from a relative address. `forwardMinutes`: how long
 * a caller may talk to whom it is put through to.
 */
export function createApology(publicUrl: string, forwardMinutes: number) {
  const webhooks = `${publicUrl}/api/webhooks/call`
  const voicemail = `${webhooks}/voicemail`

  /** Takes a message for an organization, or for nobody in particular. */
  function askForMessage(organizationName: string | null): string {
    return takeMessage(
      `${thanks(organizationName)} We are sorry, nobody can take your call right now. Please leave a message after the tone.`,
      { action: voicemail, whenReady: withRetries(voicemail) },
      'We have heard no message. Goodbye.',
    )
  }

  return {
    askForMessage,
    /** Puts the caller through, where the organization says so, or takes a message. */
    apologize({ organizationName, forwardTo }: Answered & { result: 'apology' }): string {
      if (!forwardTo) return askForMessage(organizationName)
      return putThrough(
        `${thanks(organizationName)} One moment, please, we put you through to a colleague.`,
        forwardTo,
        { action: `${webhooks}/forwarded`, minutes: forwardMinutes },
      )
    },
    /** Puts a caller through who asked an agent for a person; who reaches nobody may leave a message. */
    handOver({ callSid, to }: { callSid: string; to: string }): string {
      return putThrough('One moment, please.', to, {
        action: `${webhooks}/forwarded`,
        whisper: `${webhooks}/whisper?${new URLSearchParams({ call: callSid })}`,
        minutes: forwardMinutes,
      })
    },
  }
}

function thanks(organizationName: string | null): string {
  return organizationName ? `Thank you for calling ${organizationName}.` : 'Thank you for calling.'
}
