import type { Fault, Held } from './model.ts'
import type { World } from './world.ts'

/** Waits until `until` is aborted, the twins close, or whoever looks at `held` releases it. */
export async function hold(world: World, fault: Fault, until: AbortSignal): Promise<void> {
  const { carrier, operation, kind } = fault
  const ended = AbortSignal.any([until, world.signal])
  if (ended.aborted) return
  await new Promise<void>((resolve) => {
    const held: Held = {
      carrier,
      operation,
      kind,
      since: new Date().toISOString(),
      release() {
        world.held.delete(held)
        resolve()
      },
    }
    world.held.add(held)
    ended.addEventListener('abort', held.release, { once: true })
  })
}
