import type { CarrierCharge } from '../carriers/ports/billing.ts'
import { createStuckArrivals } from '../database/stuck-arrivals.ts'
import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import { createServiceChecks } from './a2p/messaging-service-checks.ts'
import { createReadServiceStatus } from './a2p/messaging-service-status.ts'
import { createNumberRegistration } from './a2p/number-registration.ts'
import { createMessageCatchUp } from './catch-up.ts'
import { createMessagePoller } from './message-poller.ts'
import { createMessageStore } from './message-store.ts'
import { createMissedCallStore } from './missed-calls/missed-call-store.ts'
import { createTextMissedCalls } from './missed-calls/text-missed-calls.ts'
import { createRepliesRoom } from './replies/room.ts'
import { createMessageRoutes } from './routes.ts'
import { createSendMessage } from './send-message.ts'

/** Texts: those that organizations send, those that customers send, and the numbers that may text. */
export function createMessages(
  infrastructure: Infrastructure,
  peers: { recordCharges: (charges: CarrierCharge[]) => Promise<unknown> },
) {
  const { config, db, telephony, background } = infrastructure
  const log = infrastructure.log.child({ name: 'messages' })
  const deps = {
    ...config.calls,
    ...config.messages,
    ...config.catchUp,
    ...peers,
    db,
    telephony,
    publicUrl: config.publicUrl,
    spending: config.spending,
    usSmsStatus: config.numbers.usSmsStatus,
    waitMs: config.organizations.signupWaitMs,
    background,
    log,
  }
  const messages = createMessageStore(db, deps)
  const readServiceStatus = createReadServiceStatus(telephony)
  const registration = createNumberRegistration({ ...deps, readServiceStatus })
  const checkServices = createServiceChecks({ ...deps, readServiceStatus })
  const catchUp = createMessageCatchUp({
    ...deps,
    messages,
    stuck: createStuckArrivals(db, 'text'),
  })
  const pollMessages = createMessagePoller({ ...deps, messages })
  const sendMessage = createSendMessage({ ...deps, messages })
  const textMissedCalls = createTextMissedCalls({
    store: createMissedCallStore(db),
    sendMessage,
    telephony,
    log,
  })
  const replies = createRepliesRoom({ ...infrastructure, log }, sendMessage)

  async function tick(signal: AbortSignal): Promise<number> {
    let found = 0
    // First, because somebody waits to hear what became of a text.
    try {
      found += await pollMessages(signal)
      found += await textMissedCalls(signal)
    } finally {
      found += await registration.tick(signal)
      found += await checkServices(signal)
    }
    return found
  }

  return {
    messages,
    registration: { ...registration, requireFit: readServiceStatus },
    replies,
    tick,
    catchUp,
    routes: createMessageRoutes({ messages, sendMessage }),
    loops: [
      ...replies.loops,
      { name: 'messages', ...config.calls, tick },
      { name: 'messages.catch-up', everyMs: config.catchUp.intervalMs, work: catchUp },
    ],
  }
}
