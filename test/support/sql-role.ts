import { Client } from 'pg'
import { expect } from 'vitest'

/** Runs one statement as Supabase's API would: as the role, with the claims of the caller's token. */
export async function sqlAs<Row extends object = Record<string, unknown>>(
  databaseUrl: string,
  caller: { role: string; claims?: object },
  text: string,
): Promise<Row[]> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query('begin')
    const claims = caller.claims ? JSON.stringify(caller.claims) : ''
    await client.query("select set_config('request.jwt.claims', $1, true)", [claims])
    await client.query(`set local role ${client.escapeIdentifier(caller.role)}`)
    return (await client.query<Row>(text)).rows
  } finally {
    await client.end()
  }
}

export function signedIn(userId: string) {
  return { role: 'authenticated', claims: { role: 'authenticated', sub: userId } }
}

/** How a statement a role has no right to fails. */
export const denied = { code: '42501', message: expect.stringContaining('permission denied') }
