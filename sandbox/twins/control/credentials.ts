import { z } from 'zod'
import type { World } from '../core/world.ts'
import { parseBody } from './problem.ts'

const Credentials = z.strictObject({
  twilioAuthToken: z.string().min(1).optional(),
  elevenLabsApiKey: z.string().min(1).optional(),
})

/** Changes what the twins accept and sign with; answers with what holds now. */
export function changeCredentials(world: World, body: unknown): unknown {
  const { twilioAuthToken, elevenLabsApiKey } = parseBody(Credentials, body)
  return world.change(({ twilio, elevenlabs }) => {
    twilio.authToken = twilioAuthToken ?? twilio.authToken
    elevenlabs.apiKey = elevenLabsApiKey ?? elevenlabs.apiKey
    return { twilioAuthToken: twilio.authToken, elevenLabsApiKey: elevenlabs.apiKey }
  })
}
