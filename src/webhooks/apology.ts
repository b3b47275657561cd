import type { Answered } from '../calls/inbound/answer-call.ts'
import type { ToVoicemail } from '../calls/inbound/course.ts'
import { putThrough, takeMessage } from '../carriers/twilio/twiml.ts'
import { withRetries } from '../carriers/webhook-url.ts'
import { writeOnward } from './onward.ts'

export const NOT_IN_SERVICE =
  'Thank you for calling. This number is not in service at the moment. Goodbye.'

export const BUSY =
  'Thank you for calling. All our lines are busy at the moment. Please try again later. Goodbye.'

export const GOODBYE = 'Thank you. We will call you back. Goodbye.'

const LEAVE_A_MESSAGE = 'Please leave a message after the tone.'

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
    return recordAfter(
      `${thanks(organizationName)} We are sorry, nobody can take your call right now. ${LEAVE_A_MESSAGE}`,
    )
  }

  function recordAfter(sentences: string): string {
    return takeMessage(
      sentences,
      { action: voicemail, whenReady: withRetries(voicemail) },
      'We have heard no message. Goodbye.',
    )
  }

  return {
    askForMessage,
    /** As the routing says, and nothing to be sorry for where it is closed. */
    takeMessageFor({ organizationName, closed }: ToVoicemail): string {
      if (!closed) return askForMessage(organizationName)
      const again = closed.nextOpening && `, and open again ${closed.nextOpening}`
      return recordAfter(
        `${thanks(organizationName)} We are closed right now${again}. ${LEAVE_A_MESSAGE}`,
      )
    },
    /** Puts the caller through as the routing says; what comes next is in the address that Twilio asks then. */
    forward({
      organizationName,
      to,
      ringSeconds,
      onward,
    }: Answered & { result: 'forward' }): string {
      return putThrough(connecting(organizationName), to, {
        action: `${webhooks}/forwarded?${writeOnward(onward)}`,
        minutes: forwardMinutes,
        ringSeconds,
      })
    },
    /** Puts the caller through, where the organization says so, or takes a message. */
    apologize({ organizationName, forwardTo }: Answered & { result: 'apology' }): string {
      if (!forwardTo) return askForMessage(organizationName)
      return putThrough(connecting(organizationName), forwardTo, {
        action: `${webhooks}/forwarded`,
        minutes: forwardMinutes,
      })
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

const connecting = (organizationName: string | null) =>
  `${thanks(organizationName)} One moment, please, we put you through to a colleague.`

function thanks(organizationName: string | null): string {
  return organizationName ? `Thank you for calling ${organizationName}.` : 'Thank you for calling.'
}
