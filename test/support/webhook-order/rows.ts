import type { Client } from 'pg'
import type { Line } from './lines.ts'

/**
 * All that is kept of a line. Left out are the ids that we make ourselves and moments (whether there
 * is one stays), because they differ between any two runs; and why a number was chosen, which says what
 * the last exchange was when we were asked.
 */
const ROWS = `
  select o.id, jsonb_build_object(
    'messages', (
      select jsonb_agg(to_jsonb(m) - '{id,organization_id,organization_phone_number_id,contact_id,request_id,number_reason,created_at,updated_at}'::text[]
        || jsonb_build_object('request_id', m.request_id is not null, 'poll_at', m.poll_at is not null, 'counted_at', m.counted_at is not null, 'contact', c.phone_number, 'holds', h.is_active)
        order by m.provider_message_id)
      from orgline.messages m left join orgline.contacts c on c.id = m.contact_id
      left join orgline.organization_phone_numbers h on h.id = m.organization_phone_number_id
      where m.organization_id = o.id),
    'calls', (
      select jsonb_agg(to_jsonb(l) - '{id,organization_id,organization_phone_number_id,contact_id,request_id,number_reason,created_at}'::text[]
        || jsonb_build_object('request_id', l.request_id is not null, 'poll_at', l.poll_at is not null, 'started_at', l.started_at is not null,
          'dialled_at', l.dialled_at is not null, 'forwarded_at', l.forwarded_at is not null,
          'not_routed_reported_at', l.not_routed_reported_at is not null, 'contact', c.phone_number, 'holds', h.is_active)
        order by l.provider_call_id)
      from orgline.calls l left join orgline.contacts c on c.id = l.contact_id
      left join orgline.organization_phone_numbers h on h.id = l.organization_phone_number_id
      where l.organization_id = o.id),
    'contacts', (
      select jsonb_agg(to_jsonb(c) - '{id,organization_id,created_at,updated_at,replies_paused_until}'::text[]
        || jsonb_build_object('lead_status', private.lead_status(c), 'is_paused', c.replies_paused_until is not null))
      from orgline.contacts c where c.organization_id = o.id),
    'opt_outs', (
      select jsonb_agg(to_jsonb(x) - '{id,organization_id,created_at,said_at}'::text[])
      from orgline.opt_outs x where x.organization_id = o.id),
    'charges', (
      select jsonb_agg(to_jsonb(k) - '{organization_id,happened_at}'::text[] order by k.sid)
      from orgline.carrier_charges k where k.organization_id = o.id),
    'usage', (
      select jsonb_agg(to_jsonb(u) order by u.part, u.direction) from (
        select l.part, l.direction, sum(l.counted) as counted, sum(l.units) as units, sum(l.cost) as cost
        from private.usage_lines($2, now() + interval '1 day', '{"number": 1000000, "segment": 7500, "minute": 12500}', o.id) l
        where l.part <> 'number' group by l.part, l.direction) u)
  ) as rows
  from orgline.organizations o where o.id = any ($1)`

/** What is left of each line, in words that do not depend on the line. */
export async function rowsOf(database: Client, lines: Line[], since: Date): Promise<string[]> {
  const ids = lines.map(({ organizationId }) => organizationId)
  const { rows } = await database.query<{ id: string; rows: object }>(ROWS, [ids, since])
  return lines.map((line) => {
    const found = rows.find(({ id }) => id === line.organizationId)
    return JSON.stringify(found?.rows, null, 1)
      .replaceAll(line.number, '(our number)')
      .replaceAll(line.customer, '(customer)')
      .replaceAll(line.tag, '-')
  })
}
