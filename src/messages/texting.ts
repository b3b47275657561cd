import type { CarrierCharge, Telephony } from '../carriers/ports.ts'
import type { Database } from '../platform/db.ts'
import { toError } from '../platform/errors.ts'
import type { Logger } from '../platform/logger.ts'
import { createMessageLooks } from './message-looks.ts'
import { createMessageStore } from './message-store.ts'
import { createNumberRegistration } from './number-registration.ts'
import { createSendMessage } from './send-message.ts'
import { createServiceChecks } from './service-checks.ts'
import { createReadStanding } from './service-standing.ts'

/** All that texting consists of, put together. */
export function createTexting(deps: {
  db: Database
  telephony: Telephony
  publicUrl: string
  lookMs: number
  maxLooks: number
  sharedServiceSid: string | undefined
  usSmsStatus: string
  recordCharges: (charges: CarrierCharge[]) => Promise<unknown>
  log: Logger
}) {
  const { log } = deps
  const messages = createMessageStore(deps.db, deps)
  const readStanding = createReadStanding(deps.telephony)
  const registration = createNumberRegistration({ ...deps, readStanding })
  const checkServices = createServiceChecks({ ...deps, readStanding })
  const lookAtMessages = createMessageLooks({ ...deps, messages })
  return {
    messages,
    registration: { ...registration, requireFit: readStanding },
    sendMessage: createSendMessage({ ...deps, messages }),
    /** One tick of the `messages` loop. */
    async messagesTick(signal: AbortSignal): Promise<void> {
      await registration
        .tick(signal)
        .then(() => checkServices(signal))
        .catch((thrown: unknown) =>
          log.warn({ err: toError(thrown) }, 'numbers not registered, or not checked; tried again'),
        )
      await lookAtMessages(signal)
    },
  }
}
