import { validateRequest } from 'twilio/lib/webhooks/webhooks.js'
import { describe, expect, test } from 'vitest'
import { ownLine, to } from './own-line.ts'
import { authToken, call, twilioClient } from './support.ts'

const secondary = 'the-secondary-token'

/** A number, which tokens its account accepts, and which one signs the texts that come. */
async function aLine() {
  const line = await ownLine((_req, res) => void res.end())
  const { twins, origin, received, numberSid } = line
  const smsUrl = `${origin}/sms`
  await twilioClient(twins).incomingPhoneNumbers(numberSid).update({ smsUrl })
  const credentials = (body: unknown) => call(twins, 'POST', '/control/credentials', body)
  const accepts = (token: string) =>
    twilioClient(twins, { token })
      .incomingPhoneNumbers.list({ limit: 1 })
      .then(
        () => true,
        (error: { status: number }) => error.status !== 401,
      )
  const signer = async () => {
    await call(twins, 'POST', '/control/sms', { from: '+16045559001', to, body: 'Hello' })
    const request = received.at(-1)
    const signature = String(request?.headers['x-twilio-signature'])
    return [authToken, secondary].find((token) =>
      validateRequest(token, signature, smsUrl, request?.body),
    )
  }
  return { credentials, accepts, signer }
}

describe('a secondary token of Twilio’s', () => {
  test('before its promotion, is accepted beside the primary one, which signs', async () => {
    const { credentials, accepts, signer } = await aLine()

    await credentials({ twilioSecondaryToken: secondary })

    expect([await accepts(authToken), await accepts(secondary)]).toEqual([true, true])
    expect(await signer()).toBe(authToken)
  })

  test('promoted, signs, and the one before is refused', async () => {
    const { credentials, accepts, signer } = await aLine()
    await credentials({ twilioSecondaryToken: secondary })

    await credentials({ promoteSecondaryToken: true })

    expect([await accepts(authToken), await accepts(secondary)]).toEqual([false, true])
    expect(await signer()).toBe(secondary)
  })

  test('that is not there, is not promoted', async () => {
    const { credentials, signer } = await aLine()

    expect((await credentials({ promoteSecondaryToken: true })).status).toBe(409)
    expect(await signer()).toBe(authToken)
  })
})
