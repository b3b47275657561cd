import { validateRequest } from 'twilio/lib/webhooks/webhooks.js'

/**
 * Checks X-Twilio-Signature: base64 HMAC-SHA1 of the URL and all parameters, repeated ones included.
 * `url` is the configured public URL plus the path, never what the Host header says.
 */
export function isTwilioSignature(
  authToken: string,
  signature: string | undefined,
  url: string,
  params: Record<string, unknown>,
): boolean {
  if (!signature) return false
  try {
    return validateRequest(authToken, signature, url, params)
  } catch {
    // The library throws on a URL it cannot parse.
    return false
  }
}
