import { z } from 'zod'
import type { World } from '../core/world.ts'
import { parseBody } from './problem.ts'

const Settings = z.strictObject({
  postCallRetryMs: z.int().min(0).optional(),
  twilioTimeoutMs: z.int().min(1).optional(),
})

/** Changes how fast and how patient the outside world is; answers with what holds now. */
export function changeSettings(world: World, body: unknown): unknown {
  const { postCallRetryMs, twilioTimeoutMs } = parseBody(Settings, body)
  return world.change(({ elevenlabs, twilio }) => {
    elevenlabs.postCallRetryMs = postCallRetryMs ?? elevenlabs.postCallRetryMs
    twilio.webhookTimeoutMs = twilioTimeoutMs ?? twilio.webhookTimeoutMs
    return {
      postCallRetryMs: elevenlabs.postCallRetryMs,
      twilioTimeoutMs: twilio.webhookTimeoutMs,
    }
  })
}
