import { randomBytes } from 'node:crypto'
import { Webhook } from 'standardwebhooks'

/** Between the 24 and 64 bytes that Standard Webhooks asks for. */
const SECRET_BYTES = 32

/** A new secret as receivers' libraries take it: `whsec_` and base64. */
export function generateSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`
}

/** The headers that prove a body to whoever has one of these secrets. Source: Standard Webhooks, "Webhook headers". */
export function signedHeaders(secrets: string[], id: string, at: Date, body: string) {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  }
}
