/**
 * The webhooks that Twilio sends: to a number's SMS URL, its voice URL and whatever TwiML leads to,
 * its status callback, and about recordings.
 */
export const twilioWebhooks = ['sms', 'voice', 'callStatus', 'recordingStatus'] as const

export type TwilioWebhook = (typeof twilioWebhooks)[number]
