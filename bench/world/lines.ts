import { Client } from 'pg'
import { CALLED } from '../work/outbound-call.ts'
import type { Line } from '../work/work.ts'
import { customerOf } from '../work/work.ts'
import type { Deployment, Server } from './deployment.ts'

const LINES = 20
/** Of each line, with a past. */
export const CUSTOMERS = 100

/** Organizations with a number each, and customers, some of whom have texted it before. */
export async function openLines(deployment: Deployment, server: Server): Promise<Line[]> {
  const lines: Line[] = []
  for (let index = 0; index < LINES; index += 1) lines.push(await signUp(server.origin, index))
  const client = new Client({ connectionString: deployment.databaseUrl })
  await client.connect()
  try {
    await insertCustomers(
      client,
      lines.map(({ number }) => number),
    )
    await client.query('vacuum analyze')
  } finally {
    await client.end()
  }
  return lines
}

/** Customers of each of these numbers, which are held; the first of them with a past. */
export async function insertCustomers(client: Client, numbers: string[]): Promise<void> {
  const customers = Array.from({ length: CALLED }, (_, index) => customerOf(index))
  await client.query(PAST, [numbers, customers, CUSTOMERS])
}

async function signUp(origin: string, index: number): Promise<Line> {
  const name = `Bench Motors ${String(index).padStart(3, '0')}`
  const answer = await fetch(`${origin}/api/auth/organizations`, {
    method: 'POST',
    headers: { authorization: 'Bearer sandbox-admin-key', 'content-type': 'application/json' },
    body: JSON.stringify({ name, email: 'bench@example.com', preferredAreaCode: '604' }),
  })
  const body = await answer.text()
  if (!answer.ok) throw new Error(`no organization to measure with: ${answer.status} ${body}`)
  const { id, phoneNumber } = JSON.parse(body).organization
  return { organizationId: id, name, number: phoneNumber }
}

/** Ten texts of each of the first customers: what the last exchanges are read from. */
const PAST = `
  with held as (
    select h.organization_id, h.id as holding_id, p.phone_number
    from orgline.phone_numbers p
    join orgline.organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at is null
    where p.phone_number = any($1)
  ), known as (
    insert into orgline.contacts (organization_id, phone_number)
    select organization_id, customer from held, unnest($2::text[]) as customer
    returning organization_id, id, phone_number
  )
  insert into orgline.messages (organization_id, organization_phone_number_id, contact_id, direction,
    from_number, to_number, body, status, created_at)
  select k.organization_id, h.holding_id, k.id,
    case when n % 2 = 1 then 'inbound' else 'outbound' end,
    case when n % 2 = 1 then k.phone_number else h.phone_number end,
    case when n % 2 = 1 then h.phone_number else k.phone_number end,
    'What was said before, number ' || n, case when n % 2 = 1 then 'received' else 'delivered' end,
    now() - make_interval(hours => 20 - n)
  from known k join held h on h.organization_id = k.organization_id
    join unnest($2::text[]) with ordinality as customer(phone_number, position) on customer.phone_number = k.phone_number,
    generate_series(1, 10) as n
  where customer.position <= $3`
