import { z } from 'zod'
import type { World } from '../core/world.ts'
import { parseBody } from './problem.ts'

const Country = z.string().regex(/^[A-Z]{2}$/)

const Settings = z.strictObject({
  postCallRetryMs: z.int().min(0).optional(),
  twilioTimeoutMs: z.int().min(1).optional(),
  messageStatusMs: z.int().min(0).optional(),
  priceDelayMs: z.int().min(0).optional(),
  requireA2p: z.boolean().optional(),
  servicePoolSize: z.int().min(0).optional(),
  residencyHost: z.enum(['localhost']).nullish(),
  pageSize: z.int().min(1).nullish(),
  funds: z.int().min(0).optional(),
  callsOff: z.array(Country).optional(),
  textsOff: z.array(Country).optional(),
})

/**
 * Changes how fast, how patient and how strict the outside world is; answers with what holds now. A
 * new `priceDelayMs` counts for what was paid before, too.
 */
export function changeSettings(world: World, body: unknown): unknown {
  const { postCallRetryMs, twilioTimeoutMs, residencyHost, pageSize, ...changes } = parseBody(
    Settings,
    body,
  )
  return world.change((state) => {
    const { elevenlabs, twilio } = state
    if (pageSize !== undefined) state.pageSize = pageSize
    elevenlabs.postCallRetryMs = postCallRetryMs ?? elevenlabs.postCallRetryMs
    if (residencyHost !== undefined) elevenlabs.residencyHost = residencyHost
    twilio.webhookTimeoutMs = twilioTimeoutMs ?? twilio.webhookTimeoutMs
    Object.assign(twilio, changes)
    const { messageStatusMs, priceDelayMs, requireA2p, servicePoolSize } = twilio
    const { funds, callsOff, textsOff } = twilio
    return {
      postCallRetryMs: elevenlabs.postCallRetryMs,
      residencyHost: elevenlabs.residencyHost,
      twilioTimeoutMs: twilio.webhookTimeoutMs,
      messageStatusMs,
      priceDelayMs,
      requireA2p,
      servicePoolSize,
      funds,
      callsOff,
      textsOff,
      pageSize: state.pageSize ?? null,
    }
  })
}
