import { z } from 'zod'
import type { LeadStatus } from '../agent-memory/lead-status.ts'
import { DoNotCallEntry } from '../calls/do-not-call/entry.ts'
import { type Database, type PageRequest, pageSchema } from '../database/db.ts'
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

/** `userId` is who asks. All throw organization_not_found, and contact_not_found for one contact. */
export function createContactStore(db: Database) {
  const asked = (userId: string | null, organizationId: string) => ({
    p_user_id: userId,
    p_organization_id: organizationId,
  })
  const pageArguments = ({ limit, cursor }: PageRequest) => ({ p_limit: limit, p_cursor: cursor })

  return {
    list: (
      userId: string | null,
      organizationId: string,
      filter: ContactFilter,
      page: PageRequest,
    ) =>
      db.rpc(
        'list_contacts',
        {
          ...asked(userId, organizationId),
          p_phone_number: filter.phoneNumber,
          p_lead_id: filter.leadId,
          p_lead_status: filter.leadStatus,
          p_name: filter.name,
          ...pageArguments(page),
        },
        pageSchema(Contact),
      ),
    /** `id`: its id to be; a repeat with the same finds it. @throws AppError contact_exists */
    create: (
      userId: string | null,
      organizationId: string,
      contact: { id: string; phoneNumber: string } & ContactChanges,
    ) =>
      db.rpc(
        'create_contact',
        {
          p_id: contact.id,
          ...asked(userId, organizationId),
          p_phone_number: contact.phoneNumber,
          p_name: contact.name ?? null,
          p_lead_id: contact.leadId ?? null,
          p_lead_status: contact.leadStatus ?? null,
        },
        Contact,
      ),
    get: (userId: string | null, organizationId: string, contactId: string) =>
      db.rpc('get_contact', { ...asked(userId, organizationId), p_contact_id: contactId }, Contact),
    /** Changes what is given, and nothing else. */
    change: (
      userId: string | null,
      organizationId: string,
      contactId: string,
      { name, leadId, leadStatus }: ContactChanges,
    ) =>
      db.rpc(
        'change_contact',
        {
          ...asked(userId, organizationId),
          p_contact_id: contactId,
          p_changes: {
            ...(name !== undefined && { name }),
            ...(leadId !== undefined && { lead_id: leadId }),
            ...(leadStatus !== undefined && { lead_status: leadStatus }),
          },
        },
        Contact,
      ),
    /** Moves all of `from` to the contact; again changes nothing. @throws AppError contact_merged */
    merge: (userId: string | null, organizationId: string, contactId: string, from: string) =>
      db.rpc(
        'merge_contacts',
        { ...asked(userId, organizationId), p_contact_id: contactId, p_from: from },
        Contact,
      ),
    timeline: (
      userId: string | null,
      organizationId: string,
      contactId: string,
      page: PageRequest,
    ) =>
      db.rpc(
        'list_contact_timeline',
        { ...asked(userId, organizationId), p_contact_id: contactId, ...pageArguments(page) },
        pageSchema(TimelineEntry),
      ),
    /** A part of everything; one with long transcripts has fewer rows than `limit`. */
    exportPart: (
      userId: string | null,
      organizationId: string,
      contactId: string,
      page: PageRequest,
    ) =>
      db.rpc(
        'export_contact',
        { ...asked(userId, organizationId), p_contact_id: contactId, ...pageArguments(page) },
        ExportPart,
      ),
  }
}
