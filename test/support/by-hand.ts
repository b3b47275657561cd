import { request } from './requests.ts'
import type { World } from './world.ts'

/** What a person does in ElevenLabs' dashboard: with its defaults, which take the texts too. */
export async function importInDashboard(world: World, phoneNumber: string): Promise<string> {
  const { body } = await request(
    world.twins.origin,
    'POST',
    '/elevenlabs/v1/convai/phone-numbers',
    {
      headers: { 'xi-api-key': 'sandbox-elevenlabs-key' },
      body: {
        provider: 'twilio',
        phone_number: phoneNumber,
        label: 'by hand',
        sid: 'ACsandbox00000000000000000000000000',
        token: 'sandbox-twilio-token',
      },
    },
  )
  return body.phone_number_id
}

/** The number an organization holds. */
export async function numberOf(world: World, organizationId: string): Promise<string> {
  const [row] = await world.sql<{ phone_number: string }>(
    `select p.phone_number from organization_phone_numbers h join phone_numbers p on p.id = h.phone_number_id
     where h.organization_id = $1 and h.ended_at is null`,
    [organizationId],
  )
  if (!row) throw new Error(`organization ${organizationId} holds no number`)
  return row.phone_number
}
