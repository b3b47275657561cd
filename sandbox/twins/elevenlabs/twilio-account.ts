import { internalHeader, type World } from '../core/world.ts'

/** The Twilio account that a customer names at an import. */
export interface TwilioAccount {
  sid: string
  token: string
}

/** One request to a resource of a Twilio account: a POST when there is a form, else a GET. */
export async function askTwilio(
  world: World,
  { sid, token }: TwilioAccount,
  path: string,
  form?: URLSearchParams,
): Promise<Response> {
  return await fetch(`${world.origin}/twilio/api/2010-04-01/Accounts/${sid}/${path}`, {
    method: form === undefined ? 'GET' : 'POST',
    body: form ?? null,
    headers: {
      authorization: `Basic ${Buffer.from(`${sid}:${token}`).toString('base64')}`,
      [internalHeader]: world.internalSecret,
    },
    signal: world.signal,
  })
}
