import { Client } from 'pg'

/** Counts the rows of a table: that what was measured has done its work, and done it once. */
export async function openRowCounter(databaseUrl: string) {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  return {
    count: async (table: 'calls' | 'messages') =>
      Number((await client.query(`select count(*) from orgline.${table}`)).rows[0].count),
    close: () => client.end(),
  }
}
