import type { World } from '../core/world.ts'
import { phoneItem } from '../elevenlabs/phone-numbers.ts'

/**
 * What the carriers know, each row as their APIs give it, and how often clients called each
 * operation. Amounts in micro-dollars.
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
      spent: elevenlabs.spent,
    },
    requests,
  }
}
