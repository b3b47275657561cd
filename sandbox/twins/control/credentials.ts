import { z } from 'zod'
import type { World } from '../core/world.ts'
import { parseBody, problem } from './problem.ts'

const Credentials = z.strictObject({
  twilioAuthToken: z.string().min(1).optional(),
  twilioSecondaryToken: z.string().min(1).nullish(),
  promoteSecondaryToken: z.literal(true).optional(),
  elevenLabsApiKey: z.string().min(1).optional(),
  elevenLabsSecondApiKey: z.string().min(1).nullish(),
})

/**
 * Changes what the twins accept and sign with; answers with what holds now. As in Twilio's console,
 * requests may carry the secondary token as soon as it is there, webhooks are signed with the
 * primary one, and from its promotion on the one before is refused. A workspace at ElevenLabs accepts
 * its second key as well as the first.
 */
export function changeCredentials(world: World, body: unknown): unknown {
  const wanted = parseBody(Credentials, body)
  return world.change(({ twilio, elevenlabs }) => {
    twilio.authToken = wanted.twilioAuthToken ?? twilio.authToken
    if (wanted.twilioSecondaryToken !== undefined)
      twilio.secondaryToken = wanted.twilioSecondaryToken
    if (wanted.promoteSecondaryToken) {
      if (!twilio.secondaryToken) throw problem(409, 'There is no secondary token to promote')
      twilio.authToken = twilio.secondaryToken
      twilio.secondaryToken = null
    }
    elevenlabs.apiKey = wanted.elevenLabsApiKey ?? elevenlabs.apiKey
    if (wanted.elevenLabsSecondApiKey !== undefined)
      elevenlabs.secondApiKey = wanted.elevenLabsSecondApiKey
    return {
      twilioAuthToken: twilio.authToken,
      twilioSecondaryToken: twilio.secondaryToken,
      elevenLabsApiKey: elevenlabs.apiKey,
      elevenLabsSecondApiKey: elevenlabs.secondApiKey,
    }
  })
}
