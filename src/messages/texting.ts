import type { Telephony } from '../carriers/ports.ts'
import type { Database } from '../platform/db.ts'
import { toError } from '../platform/errors.ts'
import type { Logger } from '../platform/logger.ts'
import { createMessageLooks } from './message-looks.ts'
import { createMessageStore } from './message-store.ts'
import { createNumberRegistration } from './number-registration.ts'
import { createSendMessage } from './send-message.ts'

/** All that texting consists of, put together. */
export function createTexting(deps: {
  db: Database
  telephony: Telephony
  publicUrl: string
  lookMs: number
  maxLooks: number
  sharedServiceSid: string | undefined
  usSmsStatus: string
  log: Logger
}) {
  const { log } = deps
  const messages = createMessageStore(deps.db, deps)
  const registration = createNumberRegistration(deps)
  const lookAtMessages = createMessageLooks(deps)
  return {
    messages,
    registration,
    sendMessage: createSendMessage({ ...deps, messages }),
    /** One tick of the `messages` loop. */
    async messagesTick(signal: AbortSignal): Promise<void> {
      await registration
        .tick(signal)
        .catch((thrown: unknown) =>
          log.warn({ err: toError(thrown) }, 'numbers not registered; tried again'),
        )
      await lookAtMessages(signal)
    },
  }
}
