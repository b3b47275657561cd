import type { Telephony, VoiceAgents } from '../carriers/ports.ts'
import type { Database } from '../platform/db.ts'
import type { Logger } from '../platform/logger.ts'
import { createContactStore } from './contact-store.ts'
import { createErasing } from './erase-contact.ts'
import { createEraseOutside } from './erase-outside.ts'
import { createErasureStore } from './erasure-store.ts'
import { createExportContact } from './export-contact.ts'

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
