import { Client } from 'pg'
import { cloneDatabase } from './database.ts'

/** Columns and their values, as SQL expressions; `n` is the number of the row. */
type Columns = Record<string, string>

const TRAFFIC: Columns = {
  organization_id: 'gen_random_uuid()',
  organization_phone_number_id: 'gen_random_uuid()',
  direction: `'inbound'`,
  from_number: `'+16045550001'`,
  to_number: `'+16045550002'`,
}

/** What a row has where nothing else is said. */
const USUAL = {
  calls: { ...TRAFFIC, status: `'completed'` },
  messages: { ...TRAFFIC, status: `'received'`, body: `'Is it still there?'`, segments: '1' },
  phone_numbers: {
    id: `md5('number ' || n)::uuid`,
    phone_number: `'+1604555' || lpad(n::text, 6, '0')`,
    country: `'CA'`,
    status: `'assigned'`,
    twilio_phone_sid: `'PN' || n`,
  },
  organization_phone_numbers: { phone_number_id: `md5('number ' || n)::uuid`, is_active: 'true' },
  number_orders: { cause: `'batch'`, country: `'CA'` },
  carrier_erasures: { organization_id: 'gen_random_uuid()', provider_id: 'gen_random_uuid()' },
} satisfies Record<string, Columns>

export type Insert = (table: keyof typeof USUAL, count: number, columns: Columns) => Promise<void>

/** A database with what `fill` puts into it, and a connection of the superuser. No trigger sees inserted rows. */
export async function manyRows(fill: (insert: Insert, client: Client) => Promise<void>) {
  const { url, drop } = await cloneDatabase()
  const client = new Client({ connectionString: url })
  await client.connect()
  const insert: Insert = async (table, count, columns) => {
    const row: Columns = { ...USUAL[table], ...columns }
    await client.query('set session_replication_role = replica')
    await client.query(
      `insert into orgline.${table} (${Object.keys(row).join(', ')})
       select ${Object.values(row).join(', ')} from generate_series(1, ${count}) n`,
    )
    await client.query('reset session_replication_role')
  }
  await fill(insert, client)
  await client.query('vacuum analyze')
  const end = async () => {
    await client.end()
    await drop()
  }
  return { url, client, insert, end }
}
