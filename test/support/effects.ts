import { atCarriers, control } from './requests.ts'
import type { World } from './world.ts'

const TABLES = `
  select table_name as name, query_to_xml(
    format('select md5(string_agg(t::text, chr(10) order by t::text)) as rows from orgline.%I t', table_name),
    false, true, '')::text as rows
  from information_schema.tables where table_schema = 'orgline' order by table_name`

/** A digest of each table's rows, once no call is under way whose end would change them. */
export async function digests(world: World): Promise<Map<string, string>> {
  await control(world, 'POST', 'idle')
  const tables = await world.sql<{ name: string; rows: string }>(TABLES)
  return new Map(tables.map(({ name, rows }) => [name, rows]))
}

/** Everything a request could have changed: all rows, and what was asked of the carriers. */
export async function effects(world: World) {
  // A call placed before may still be under way, and its end would look like an effect of now.
  await control(world, 'POST', 'idle')
  const [tables, { requests, twilio, elevenlabs }] = await Promise.all([
    world.sql<{ name: string; rows: string }>(TABLES),
    atCarriers(world),
  ])
  return { tables, requests, spent: [twilio.spent, elevenlabs.spent] }
}
