/** The webhooks that Twilio sends: to a number's SMS URL, voice URL and status callback. */
export const twilioWebhooks = ['sms', 'voice', 'callStatus'] as const

export type TwilioWebhook = (typeof twilioWebhooks)[number]
