import type { CarrierCharge } from '../carriers/ports/billing.ts'
import type { Telephony } from '../carriers/ports/telephony.ts'
import type { Database } from '../database/db.ts'
import type { Background } from '../platform/background.ts'
import type { Logger } from '../platform/logger.ts'
import { createServiceChecks } from './a2p/messaging-service-checks.ts'
import { createReadStanding } from './a2p/messaging-service-status.ts'
import { createNumberRegistration } from './a2p/number-registration.ts'
import { createMessageCatchUp } from './catch-up.ts'
import { createMessageLooks } from './message-poller.ts'
import { createMessageStore } from './message-store.ts'
import { createSendMessage } from './send-message.ts'

/** All that texting consists of, put together. */
export function createTexting(deps: {
  db: Database
  telephony: Telephony
  publicUrl: string
  lookMs: number
  maxLooks: number
  /** How old a text must be before it is looked for at the carrier. */
  minAgeMs: number
  sharedServiceSid: string | undefined
  usSmsStatus: string
  /** How long a request waits for its organization's numbers to be registered. */
  waitMs: number
  background: Background
  recordCharges: (charges: CarrierCharge[]) => Promise<unknown>
  log: Logger
}) {
  const messages = createMessageStore(deps.db, deps)
  const readStanding = createReadStanding(deps.telephony)
  const registration = createNumberRegistration({ ...deps, readStanding })
  const checkServices = createServiceChecks({ ...deps, readStanding })
  const lookAtMessages = createMessageLooks({ ...deps, messages })
  return {
    messages,
    registration: { ...registration, requireFit: readStanding },
    sendMessage: createSendMessage({ ...deps, messages }),
    catchUpMessages: createMessageCatchUp({ ...deps, messages }),
    /** One tick of the `messages` loop. */
    async messagesTick(signal: AbortSignal): Promise<void> {
      // First, because somebody waits to hear what became of a text.
      try {
        await lookAtMessages(signal)
      } finally {
        await registration.tick(signal)
        await checkServices(signal)
      }
    },
  }
}
