import type { Database } from '../platform/db.ts'
import { createContactStore } from './contact-store.ts'
import { createExportContact } from './export-contact.ts'

/** All about contacts, put together. */
export function createContacts(db: Database) {
  const contacts = createContactStore(db)
  return { contacts, exportContact: createExportContact(contacts) }
}
