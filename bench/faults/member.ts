import { Client } from 'pg'
import { send } from './send.ts'

/** Somebody with an organization of many customers. */
export interface Member {
  organizationId: string
  token: string
}

const CUSTOMERS = 10_000

/** Signs a user up, and enters customers who have never written or called. */
export async function aMemberWithCustomers(
  sandbox: { api: string; world: string },
  databaseUrl: string,
): Promise<Member> {
  const { access_token: token } = await send('POST', `${sandbox.world}/auth/v1/token`, {
    email: 'busy@example.com',
  })
  const { organization } = await send(
    'POST',
    `${sandbox.api}/api/auth/organizations`,
    { name: 'Busy Motors', email: 'busy@example.com' },
    token,
  )
  await enterCustomers(databaseUrl, organization.id, CUSTOMERS)
  return { organizationId: organization.id, token }
}

export async function enterCustomers(
  databaseUrl: string,
  organizationId: string,
  count: number,
): Promise<void> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query(
    `insert into orgline.contacts (organization_id, phone_number)
     select $1, '+1604' || (2000000 + n) from generate_series(1, $2::int) n`,
    [organizationId, count],
  )
  await client.end()
}
