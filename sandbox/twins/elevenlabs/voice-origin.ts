import type { World } from '../core/world.ts'

/**
 * Where Twilio reaches this service. A workspace with data residency has a host of its own for that
 * (`residencyHost`, another name of this machine), and its calls are known nowhere else.
 */
export function voiceOrigin({ origin, state }: Pick<World, 'origin' | 'state'>): string {
  const { residencyHost } = state.elevenlabs
  if (residencyHost === null) return origin
  const url = new URL(origin)
  url.hostname = residencyHost
  return url.origin
}
