import { z } from 'zod'
import type { World } from '../core/world.ts'
import { parseBody } from './problem.ts'

const Arrangement = z.strictObject({
  number: z.string().min(1),
  errorCode: z.int().min(30_001).max(30_999),
  status: z.enum(['undelivered', 'failed']).default('undelivered'),
})

/** Arranges that the messages to a number do not arrive, from now on. */
export function arrangeDelivery(world: World, body: unknown): unknown {
  const arranged = parseBody(Arrangement, body)
  world.change(({ twilio }) => {
    const others = twilio.deliveries.filter((each) => each.number !== arranged.number)
    twilio.deliveries = [...others, arranged]
  })
  return arranged
}

/** All that is arranged. */
export function listDeliveries(world: World): unknown {
  return { deliveries: world.state.twilio.deliveries }
}

/** Has every message arrive again. */
export function clearDeliveries(world: World): unknown {
  world.change(({ twilio }) => {
    twilio.deliveries = []
  })
  return { deliveries: [] }
}
