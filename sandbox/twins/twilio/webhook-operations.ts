/**
 * The webhooks that Twilio sends: to a number's SMS URL, its voice URL and whatever TwiML leads to,
 * its status callback, about recordings, and
 * to the status callback of a message.
 */
export const twilioWebhooks = [
  'sms',
  'voice',
  'callStatus',
  'recordingStatus',
  'messageStatus',
] as const

export type TwilioWebhook = (typeof twilioWebhooks)[number]
