import type { Client } from 'pg'

/** An organization with a number that texts and calls, and its customer. */
export interface Line {
  organizationId: string
  number: string
  /** At ElevenLabs. */
  phoneId: string
  customer: string
  /** In every id of the carriers, so that they are this line's own. */
  tag: string
}

const OPEN = `
  with o as (
    insert into organizations (name, slug, email) select 'Dealer', 'dealer-' || n, 'a@example.com'
    from generate_series($1::int, $2::int) n returning id, slug
  ), p as (
    insert into phone_numbers (phone_number, country, status, sms_status, twilio_phone_sid, elevenlabs_phone_id)
    select '+1778' || 2200000 + n, 'CA', 'assigned', 'ready', 'PN' || n, 'phnum_' || n
    from generate_series($1::int, $2::int) n returning id, phone_number, elevenlabs_phone_id
  ), h as (
    insert into organization_phone_numbers (organization_id, phone_number_id, is_active, assigned_at)
    select o.id, p.id, true, now() - interval '1 day'
    from o join p on p.elevenlabs_phone_id = 'phnum_' || substr(o.slug, 8)
    returning organization_id, phone_number_id
  )
  select h.organization_id as "organizationId", p.phone_number as number, p.elevenlabs_phone_id as "phoneId"
  from h join p on p.id = h.phone_number_id order by p.phone_number`

let opened = 0

/** As many lines as asked for, each of an organization of its own; one customer knows them all. */
export async function openLines(database: Client, count: number): Promise<Line[]> {
  const first = opened + 1
  opened += count
  const { rows } = await database.query<Pick<Line, 'organizationId' | 'number' | 'phoneId'>>(OPEN, [
    first,
    opened,
  ])
  return rows.map((row, index) => ({
    ...row,
    customer: `+1604${2_200_000 + first}`,
    tag: `${String(first + index).padStart(8, '0')}x`,
  }))
}
