import type { Answered } from '../calls/answer-call.ts'
import { putThrough, takeMessage } from '../carriers/twilio/twiml.ts'

export const NOT_IN_SERVICE =
  'Thank you for calling. This number is not in service at the moment. Goodbye.'

export const GOODBYE = 'Thank you. We will call you back. Goodbye.'

/** Relative: Twilio asks the same host again. */
const FORWARDED = '/api/webhooks/call/forwarded'
const VOICEMAIL = '/api/webhooks/call/voicemail'

/** TwiML for a caller whom no agent can answer; made without database and vendor. */
export function apologize(apology: Answered & { result: 'apology' }): string {
  if (!apology.forwardTo) return askForMessage(apology.organizationName)
  return putThrough(
    `${thanks(apology.organizationName)} One moment, please, we put you through to a colleague.`,
    apology.forwardTo,
    FORWARDED,
  )
}

/** TwiML that takes a message for an organization, or for nobody in particular. */
export function askForMessage(organizationName: string | null): string {
  return takeMessage(
    `${thanks(organizationName)} We are sorry, nobody can take your call right now. Please leave a message after the tone.`,
    VOICEMAIL,
    'We have heard no message. Goodbye.',
  )
}

function thanks(organizationName: string | null): string {
  return organizationName ? `Thank you for calling ${organizationName}.` : 'Thank you for calling.'
}
