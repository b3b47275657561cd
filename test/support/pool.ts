import { ADMIN, type Answer, request } from './requests.ts'
import type { World } from './world.ts'

export function purchaseBatch(
  world: World,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const path = '/api/admin/phone-numbers/batch-purchase'
  return request(world.origin, 'POST', path, { token: ADMIN, body, headers })
}

export function activateBatch(world: World, phoneNumbers: unknown): Promise<Answer> {
  return request(world.origin, 'POST', '/api/admin/phone-numbers/batch-activate', {
    token: ADMIN,
    body: { phoneNumbers },
  })
}

export async function poolStatus(world: World) {
  const path = '/api/admin/phone-numbers/pool/status'
  return (await request(world.origin, 'GET', path, { token: ADMIN })).body
}

/** Numbers that wait in the pool, put straight into the table, oldest first; the carriers know none. */
export async function stockPool(
  world: Pick<World, 'sql'>,
  count: number,
  fields: { areaCode?: string; region?: string; country?: string; cost?: number | null } = {},
): Promise<string[]> {
  const { areaCode = '604', region = 'BC', country = 'CA', cost = null } = fields
  const rows = await world.sql<{ phone_number: string }>(
    `insert into phone_numbers (phone_number, country, region, area_code, twilio_phone_sid, elevenlabs_phone_id,
       status, sms_status, capabilities, monthly_cost, created_at)
     select '+1' || $1 || lpad((n + (select count(*) from phone_numbers))::text, 7, '5550000'), $2, $3, $1,
       'PN' || gen_random_uuid(), 'phnum_' || gen_random_uuid(), 'configured', 'ready',
       '{"sms": true, "voice": true}', $4, now() - interval '1 day' + n * interval '1 second'
     from generate_series(1, $5::int) n returning phone_number`,
    [areaCode, country, region, cost, count],
  )
  return rows.map((row) => row.phone_number)
}

/** One number of a batch to activate, with its id at ElevenLabs. */
export function entry(phoneNumber: string, elevenLabsPhoneId: string) {
  return { phoneNumber, elevenLabsPhoneId }
}
