import { accountSid } from '../../sandbox/twins/twilio/model.ts'
import { parseJson } from '../../src/platform/parse-json.ts'

export { accountSid } from '../../sandbox/twins/twilio/model.ts'

/** The token of the one account at Twilio's twin, which sandboxes and tests share. */
export const authToken = 'sandbox-twilio-token'

/** Where the account's own resources are, for `atTwilio`. */
export const accountPath = `/api/2010-04-01/Accounts/${accountSid}`

/**
 * What a person does in Twilio's console: one request with the account's credentials, a form where
 * one is given. `path` begins with the name of the API.
 */
export async function atTwilio(
  { origin }: { origin: string },
  method: string,
  path: string,
  form?: Record<string, string>,
  { signal, token = authToken }: { signal?: AbortSignal; token?: string | undefined } = {},
) {
  const response = await fetch(`${origin}/twilio${path}`, {
    method,
    headers: { authorization: `Basic ${btoa(`${accountSid}:${token}`)}` },
    ...(form && { body: new URLSearchParams(form) }),
    ...(signal && { signal }),
  })
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  return { status: response.status, body: parseJson(await response.text()) as any }
}
