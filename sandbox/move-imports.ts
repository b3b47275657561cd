import { Client } from 'pg'

/**
 * The vendor's own addresses never move, but a sandbox's twins may have another port than last time:
 * what imports had Twilio ask then is forgotten, and the twins' present addresses hold.
 */
export async function moveImports(databaseUrl: string, twins: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query(
      `update orgline.phone_numbers
       set import_voice_url = null, import_status_url = null, import_urls_of = null,
         last_resort_of = null, seen_voice_url = null, seen_status_url = null
       where not starts_with(import_voice_url, $1) or not starts_with(seen_voice_url, $1)`,
      [`${twins}/`],
    )
    await client.query(
      `update orgline.deployment set import_voice_url = null, import_status_url = null
       where not starts_with(import_voice_url, $1)`,
      [`${twins}/`],
    )
  } finally {
    await client.end()
  }
}
