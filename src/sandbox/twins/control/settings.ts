import { z } from 'zod'
import type { World } from '../core/world.ts'
import { parseBody } from './problem.ts'

const Settings = z.strictObject({ postCallRetryMs: z.int().min(0).optional() })

/** Changes how fast the outside world is; answers with what holds now. */
export function changeSettings(world: World, body: unknown): unknown {
  const { postCallRetryMs } = parseBody(Settings, body)
  return world.change(({ elevenlabs }) => {
    elevenlabs.postCallRetryMs = postCallRetryMs ?? elevenlabs.postCallRetryMs
    return { postCallRetryMs: elevenlabs.postCallRetryMs }
  })
}
