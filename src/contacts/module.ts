import type { Telephony } from '../carriers/ports/telephony.ts'
import type { VoiceAgents } from '../carriers/ports/voice-agents.ts'
import type { Database } from '../database/db.ts'
import type { Logger } from '../platform/logger.ts'
import { createEraseOutside } from '../privacy/erase-at-carriers.ts'
import { createErasing } from '../privacy/erase-contact.ts'
import { createErasureStore } from '../privacy/erasure-store.ts'
import { createExportContact } from '../privacy/export-contact.ts'
import { createContactStore } from './contact-store.ts'

/** All about contacts, put together. */
export function createContacts(deps: {
  db: Database
  telephony: Telephony
  voiceAgents: VoiceAgents
  publicUrl: string
  leaseMs: number
  backoffMs: number
  backoffMaxMs: number
  maxAttempts: number
  log: Logger
}) {
  const contacts = createContactStore(deps.db)
  return {
    contacts,
    ...createErasing({ contacts, log: deps.log }),
    exportContact: createExportContact(contacts),
    eraseOutside: createEraseOutside({ ...deps, store: createErasureStore(deps.db, deps) }),
  }
}
