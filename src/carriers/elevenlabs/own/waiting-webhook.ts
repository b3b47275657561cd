import { createHmac } from 'node:crypto'

/** The name of this product's post-call webhooks. */
export const NAME = 'Orgline post-call'

/** As it is created: whether its secret has reached anybody is not known yet. */
export const WAITING = `${NAME}, waiting`

/**
 * The name of a post-call webhook that no agent is to have before servers know its secret. ElevenLabs
 * shows the secret once and never says which one a webhook has, so the name proves it: by an HMAC-SHA256
 * under the secret itself, of which 64 bits are kept.
 */
export function waitingFor(secret: string): string {
  const proof = createHmac('sha256', secret).update(NAME).digest('hex').slice(0, 16)
  return `${WAITING} for secret ${proof}`
}

/** Whether agents are not to have this webhook yet. */
export function isWaiting({ name }: { name: string }): boolean {
  return name.startsWith(WAITING)
}
