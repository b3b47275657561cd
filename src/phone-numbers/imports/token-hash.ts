import { createHmac } from 'node:crypto'

/**
 * Tells with which of our Twilio tokens an import was made, without keeping any: HMAC-SHA256 of the
 * token under the SID of its account, which stays when the token is exchanged. Safe though the SID is
 * no secret: a token is 128 random bits, so nobody finds it by trying. The key only keeps the tokens of
 * two accounts from being compared.
 */
export function tokenHashOf(account: { accountSid: string; authToken: string }): string {
  return createHmac('sha256', account.accountSid).update(account.authToken).digest('hex')
}

/** The token before the present one, with its hash, where there is one still. */
export function previousTokenOf({
  accountSid,
  previousAuthToken: authToken,
}: {
  accountSid: string
  previousAuthToken?: string | undefined
}): { authToken: string; hash: string } | undefined {
  return authToken === undefined
    ? undefined
    : { authToken, hash: tokenHashOf({ accountSid, authToken }) }
}
