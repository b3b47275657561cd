import { Client } from 'pg'

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
  const { access_token: token } = await post(`${sandbox.world}/auth/v1/token`, {
    email: 'busy@example.com',
  })
  const { organization } = await post(
    `${sandbox.api}/api/auth/organizations`,
    { name: 'Busy Motors', email: 'busy@example.com' },
    token,
  )
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query(
    `insert into orgline.contacts (organization_id, phone_number)
     select $1, '+1604' || (2000000 + n) from generate_series(1, $2::int) n`,
    [organization.id, CUSTOMERS],
  )
  await client.end()
  return { organizationId: organization.id, token }
}

/** @throws Error unless the answer is a good one, which is returned */
async function post(url: string, body: unknown, token?: string) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`POST ${url} answers ${answer.status}: ${text}`)
  return JSON.parse(text)
}
