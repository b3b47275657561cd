import { sql } from './database.ts'

/** Customers who are seen as something else than what is recorded of them tells: their numbers. */
export async function seenOtherwise(url: string): Promise<string[]> {
  const rows = await sql<{ phone_number: string }>(
    url,
    `select c.phone_number from orgline.contacts c
     where c.merged_into is null and c.seen_as <> case
       when exists (
         select from orgline.calls l where l.contact_id = c.id and l.status = 'completed'
           and (l.answered_by is null or l.answered_by = 'person')) then 'Returning Customer'
       when exists (select from orgline.messages m where m.contact_id = c.id) then 'Active Lead'
       else 'New Inquiry' end`,
  )
  return rows.map(({ phone_number }) => phone_number)
}
