import type { World } from '../core/world.ts'
import { phoneItem } from '../elevenlabs/phone-numbers.ts'
import { webhookState } from '../elevenlabs/workspace-webhooks.ts'
import { reportPrices } from '../pricing/charge.ts'

/**
 * What the carriers know, each row as their APIs give it, the latest requests of clients to each
 * of them since the twins' start and how many were in flight at once, and how often clients called
 * each operation ever. Amounts in micro-dollars. `callsInProgress` counts calls and messages to
 * customers, deliveries of their events, and requests that are carried out late.
 */
export function carrierWorld(world: World): unknown {
  reportPrices(world)
  const { twilio, elevenlabs, requests } = world.state
  const { messages, calls } = twilio.spentOn
  return {
    twilio: {
      numbers: twilio.numbers,
      messages: twilio.messages,
      calls: twilio.calls,
      recordings: twilio.recordings,
      recordingsRemovedOf: twilio.recordingsRemovedOf,
      services: twilio.services.map(({ row, numbers }) => ({ ...row, phone_numbers: numbers })),
      optOuts: twilio.optOuts,
      spent: twilio.spent,
      spentBy: { numbers: twilio.spent - messages - calls, messages, calls },
      ...world.requests.twilio.report(),
    },
    elevenlabs: {
      phoneNumbers: elevenlabs.phoneNumbers.map((row) => ({
        ...phoneItem(world, row),
        // Whether calls are answered; the API tells nobody.
        token_is_current: row.token === twilio.authToken,
      })),
      agents: elevenlabs.agents,
      tools: elevenlabs.tools,
      conversations: elevenlabs.conversations,
      conversationsRemoved: elevenlabs.conversationsRemoved,
      webhooks: elevenlabs.webhooks.map(webhookState),
      callsInProgress: world.underWay.size,
      spent: elevenlabs.spent,
      ...world.requests.elevenlabs.report(),
    },
    requests,
    refused: world.refused,
    asked: Object.fromEntries(world.asked),
  }
}

/** Answers when no call or message to a customer is under way, no event of one is still to come, and no request is carried out late. */
export async function idle(world: World): Promise<unknown> {
  while (world.underWay.size > 0) await Promise.allSettled(world.underWay)
  return { callsInProgress: 0 }
}

/** Empties the log of requests, but for those in flight, and measures `maxInFlight` anew. */
export function clearRequests(world: World): unknown {
  for (const log of Object.values(world.requests)) log.clear()
  return { twilio: world.requests.twilio.report(), elevenlabs: world.requests.elevenlabs.report() }
}
