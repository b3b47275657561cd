import { Pool } from 'pg'
import type { Door } from './functions.ts'

/** The separate queries of a handler that asks table by table: each a named statement of its own. */
const queries = {
  number: 'select * from orgline.phone_numbers where phone_number = $1 and status = $2',
  organization: `select o.*, h.id as holding_id from orgline.organization_phone_numbers h
    join orgline.organizations o on o.id = h.organization_id where h.phone_number_id = $1 and h.ended_at is null`,
  contact: 'select * from orgline.contacts where organization_id = $1 and phone_number = $2',
  texts: `select direction, body from orgline.messages
    where organization_id = $1 and contact_id = $2 order by created_at desc limit 10`,
  summary: `select summary from orgline.calls where organization_id = $1 and contact_id = $2
    and summary is not null order by created_at desc limit 1`,
  insert: `insert into orgline.calls (organization_id, organization_phone_number_id, contact_id, direction,
    provider_call_id, agent_id, from_number, to_number, status)
    values ($1, $2, $3, 'inbound', $4, $5, $6, $7, 'in-progress')`,
}

/** Answers conversation-initiation with six queries, one after the other, each a round trip. */
export function callBySixQueries(databaseUrl: string, max: number): Door {
  const pool = new Pool({ connectionString: databaseUrl, max })
  const ask = async (name: keyof typeof queries, values: unknown[]) =>
    (await pool.query({ name, text: queries[name], values })).rows
  const call: Door['call'] = async (name, args) => {
    if (name !== 'begin_inbound_call') throw new Error(`${name} is not done by separate queries`)
    const [number] = await ask('number', [args.p_to, 'assigned'])
    const [organization] = await ask('organization', [number.id])
    const [contact] = await ask('contact', [organization.id, args.p_customer])
    const texts = await ask('texts', [organization.id, contact.id])
    const [last] = await ask('summary', [organization.id, contact.id])
    const { p_provider_call_id: sid, p_agent_id: agent, p_from: from, p_to: to } = args
    const { id, holding_id: holding } = organization
    await ask('insert', [id, holding, contact.id, sid, agent, from, to])
    return {
      organization: { id, name: organization.name },
      history: { name: contact.name, exchanges: texts, summary: last?.summary ?? null },
    }
  }
  return { call, close: () => pool.end() }
}
