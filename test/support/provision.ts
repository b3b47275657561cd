import { ADMIN, type Answer, request } from './requests.ts'
import type { World } from './world.ts'

/** Asks for numbers for organizations that exist, as an operator. */
export function provision(
  world: Pick<World, 'origin'>,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const options = { token: ADMIN, body, headers }
  return request(world.origin, 'POST', '/api/admin/provision', options)
}

/** Organizations that never had a number. */
export async function numberless(
  world: Pick<World, 'sql'>,
  count: number,
): Promise<{ id: string; slug: string }[]> {
  return world.sql(
    `insert into organizations (name, slug, email)
     select 'Dealer ' || n, 'dealer-' || n || '-' || gen_random_uuid(), 'owner@example.com' from generate_series(1, $1::int) n
     returning id, slug`,
    [count],
  )
}

/** How many numbers each of the organizations holds or has on order, in the sequence given. */
export async function numbersOf(
  world: Pick<World, 'sql'>,
  organizations: ({ id: string } | undefined)[],
): Promise<number[]> {
  const rows = await world.sql<{ numbers: number }>(
    `select private.numbers_wanted(t.id)::int as numbers
     from unnest($1::uuid[]) with ordinality as t(id, position) order by t.position`,
    [organizations.map((one) => one?.id)],
  )
  return rows.map(({ numbers }) => numbers)
}
