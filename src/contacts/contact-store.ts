import { z } from 'zod'
import type { LeadStatus } from '../agent-memory/lead-status.ts'
import { DoNotCallEntry } from '../calls/do-not-call/entry.ts'
import { type Database, type PageRequest, pageSchema, versioned } from '../database/db.ts'
import type { Actor } from '../platform/actor.ts'
import { Contact, type ContactChanges } from './contact.ts'
import { ExportEntry, OptOut, TimelineEntry } from './timeline.ts'

export interface ContactFilter {
  phoneNumber: string | null
  leadId: string | null
  leadStatus: LeadStatus | null
  /** Part of the name, in any case. */
  name: string | null
}

const ExportPart = pageSchema(ExportEntry).extend({
  contact: Contact,
  opted_out: z.array(OptOut),
  do_not_call: z.array(DoNotCallEntry),
})
export type ExportPart = z.infer<typeof ExportPart>

export type ContactStore = ReturnType<typeof createContactStore>

/** `actor` is who asks. All throw organization_not_found, and contact_not_found for one contact. */
export function createContactStore(db: Database) {
  return {
    list: (actor: Actor, organizationId: string, filter: ContactFilter, page: PageRequest) =>
      db.rpc('list_contacts', { actor, organizationId, ...filter, ...page }, pageSchema(Contact)),
    /** `id`: its id to be; a repeat with the same finds it. @throws AppError contact_exists */
    create: (
      actor: Actor,
      organizationId: string,
      contact: { id: string; phoneNumber: string } & ContactChanges,
    ) =>
      db.rpc(
        'create_contact',
        {
          id: contact.id,
          actor,
          organizationId,
          phoneNumber: contact.phoneNumber,
          name: contact.name ?? null,
          leadId: contact.leadId ?? null,
          leadStatus: contact.leadStatus ?? null,
          attributes: contact.attributes ?? {},
        },
        Contact,
      ),
    get: (actor: Actor, organizationId: string, contactId: string) =>
      db.rpc('get_contact', { actor, organizationId, contactId }, versioned(Contact)),
    /** Changes what is given, and nothing else. @throws AppError precondition_failed where it has none of `versions` */
    change: (
      actor: Actor,
      organizationId: string,
      contactId: string,
      { name, leadId, leadStatus, attributes, replies }: ContactChanges,
      versions: string[] | null,
    ) =>
      db.rpc(
        'change_contact',
        {
          actor,
          organizationId,
          contactId,
          changes: {
            ...(name !== undefined && { name }),
            ...(leadId !== undefined && { lead_id: leadId }),
            ...(leadStatus !== undefined && { lead_status: leadStatus }),
            ...(attributes !== undefined && { attributes }),
            ...(replies !== undefined && { replies }),
          },
          versions,
        },
        versioned(Contact),
      ),
    /** Moves all of `from` to the contact; again changes nothing. @throws AppError contact_merged */
    merge: (
      actor: Actor,
      organizationId: string,
      contactId: string,
      from: string,
      versions: string[] | null,
    ) =>
      db.rpc(
        'merge_contacts',
        { actor, organizationId, contactId, from, versions },
        versioned(Contact),
      ),
    timeline: (actor: Actor, organizationId: string, contactId: string, page: PageRequest) =>
      db.rpc(
        'list_contact_timeline',
        { actor, organizationId, contactId, ...page },
        pageSchema(TimelineEntry),
      ),
    /** A part of everything; one with long transcripts has fewer rows than `limit`. */
    exportPart: (actor: Actor, organizationId: string, contactId: string, page: PageRequest) =>
      db.rpc('export_contact', { actor, organizationId, contactId, ...page }, ExportPart),
  }
}
