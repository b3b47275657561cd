import { Readable } from 'node:stream'
import type { ContactStore, ExportPart } from '../contacts/contact-store.ts'
import type { Actor } from '../platform/actor.ts'

const ROWS_PER_PART = 100

export type ExportContact = ReturnType<typeof createExportContact>

/**
 * All that is kept of a contact as one JSON document, made part by part: a hundred calls may have
 * hundreds of megabytes of transcripts. Should a part fail, the transfer breaks off, so that nobody
 * takes half of it for all.
 * @throws AppError organization_not_found, contact_not_found, before anything is sent
 */
export function createExportContact(store: Pick<ContactStore, 'exportPart'>) {
  return async (actor: Actor, organizationId: string, contactId: string): Promise<Readable> => {
    const part = (cursor: string | null) =>
      store.exportPart(actor, organizationId, contactId, { limit: ROWS_PER_PART, cursor })
    return Readable.from(documentOf(await part(null), part))
  }
}

async function* documentOf(
  first: ExportPart,
  part: (cursor: string) => Promise<ExportPart>,
): AsyncGenerator<string> {
  const { contact, opted_out, do_not_call } = first
  const exported_at = new Date().toISOString()
  const head = { success: true, exported_at, contact, opted_out, do_not_call }
  yield `${JSON.stringify(head).slice(0, -1)},"timeline":[`
  let separator = ''
  for (let current = first; ; ) {
    for (const row of current.rows) {
      yield separator + JSON.stringify(row)
      separator = ','
    }
    if (current.next_cursor === null) break
    current = await part(current.next_cursor)
  }
  yield ']}'
}
