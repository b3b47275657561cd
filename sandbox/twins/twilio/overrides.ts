/** Why an application did not take a webhook; named as in overrides. */
export type Failing = 'ct' | 'rt' | '4xx' | '5xx'

/** How a webhook is delivered, by the fragment of its URL. */
export interface Overrides {
  /** How often it is sent again. */
  retries: number
  /** What it is sent again for. */
  policy: Set<string>
}

/**
 * The connection overrides of a webhook's URL; what is missing or cannot be read is as by default.
 * Source: Twilio, "Webhooks (HTTP callbacks): Connection Overrides" (`rc` 0 to 5, `rp`).
 */
export function overridesOf({ hash }: URL): Overrides {
  const given = new URLSearchParams(hash.slice(1))
  const rc = given.get('rc') ?? ''
  const rp = given.get('rp') ?? ''
  return {
    retries: /^[0-5]$/.test(rc) ? Number(rc) : 1,
    policy: new Set(rp === '' ? ['ct'] : rp.split(',')),
  }
}

/** Whether the policy has a webhook sent again that failed in this way. */
export function isRetriedFor({ policy }: Overrides, failing: Failing): boolean {
  return policy.has('all') || policy.has(failing)
}
