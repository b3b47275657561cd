import type { World } from '../core/world.ts'
import { phoneItem } from '../elevenlabs/phone-numbers.ts'

/**
 * What the carriers know, each row as their APIs give it, and how often clients called each
 * operation. Amounts in micro-dollars. `callsInProgress` counts calls to customers and deliveries
 * of their events.
 */
export function outsideWorld(world: World): unknown {
  const { twilio, elevenlabs, requests } = world.state
  return {
    twilio: {
      numbers: twilio.numbers,
      messages: twilio.messages,
      calls: twilio.calls,
      spent: twilio.spent,
    },
    elevenlabs: {
      phoneNumbers: elevenlabs.phoneNumbers.map((row) => phoneItem(world, row)),
      agents: elevenlabs.agents,
      conversations: elevenlabs.conversations,
      callsInProgress: world.underWay.size,
      spent: elevenlabs.spent,
    },
    requests,
  }
}

/** Answers when no call to a customer is under way and no event of one is still to be delivered. */
export async function settled(world: World): Promise<unknown> {
  while (world.underWay.size > 0) await Promise.allSettled(world.underWay)
  return { callsInProgress: 0 }
}
