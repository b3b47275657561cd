/**
 * Asks Twilio to send again what we could not take: twice, when we answer 5xx, too late or not at
 * all. Without it Twilio sends again once, and only where it could not connect. It goes unsent and
 * unsigned. Source: Twilio, "Webhooks (HTTP callbacks): Connection Overrides".
 */
const RETRIES = '#rc=2&rp=5xx,rt,ct'

/** The URL of a webhook, as it is set at the carrier for what may be told twice: not for calls, whose callers wait. */
export function withRetries(url: string): string {
  return `${withoutFragment(url)}${RETRIES}`
}

/** Whether two URLs at the carrier lead to the same webhook, however it is to be delivered. */
export function isSameWebhook(one: string, other: string): boolean {
  return withoutFragment(one) === withoutFragment(other)
}

/** The URL as it is asked, and signed. */
export function withoutFragment(url: string): string {
  return url.split('#', 1)[0] ?? ''
}
