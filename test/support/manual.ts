import { ADMIN, type Addresses, request } from './requests.ts'
import { accountPath, accountSid, atTwilio, authToken } from './twilio-console.ts'
import type { World } from './world.ts'

/** What a person does in Twilio's console: buys a 604 number and names it, maybe with more settings. */
export async function buyAtTwilio(
  world: Addresses,
  settings: Record<string, string> = {},
): Promise<{ phoneNumber: string; sid: string }> {
  const path = `${accountPath}/IncomingPhoneNumbers.json`
  const form = { AreaCode: '604', FriendlyName: 'Front desk', ...settings }
  const { status, body } = await atTwilio(world.twins, 'POST', path, form)
  if (status !== 201) throw new Error(`not bought: ${JSON.stringify(body)}`)
  return { phoneNumber: body.phone_number, sid: body.sid }
}

/** Manual entry, as an operator. */
export function enter(world: Addresses, body: unknown, headers: Record<string, string> = {}) {
  return request(world.origin, 'POST', '/api/admin/phone-numbers', { token: ADMIN, body, headers })
}

/** A number bought manually that waits in the pool. */
export async function aPoolNumber(world: World): Promise<string> {
  const { phoneNumber } = await buyAtTwilio(world)
  const { body } = await enter(world, { phoneNumber })
  if (body.status !== 'configured') throw new Error(`not configured: ${JSON.stringify(body)}`)
  return phoneNumber
}

/** Gives a number to an organization, as an operator. */
export function assign(world: World, phoneNumber: string, organizationId: string) {
  return request(world.origin, 'POST', `/api/admin/phone-numbers/${phoneNumber}/assign`, {
    token: ADMIN,
    body: { organizationId },
  })
}

/** What a person does in ElevenLabs' dashboard: with its defaults, which take the texts too. */
export async function importInDashboard(
  world: Addresses,
  phoneNumber: string,
  token = authToken,
): Promise<string> {
  const { body } = await request(
    world.twins.origin,
    'POST',
    '/elevenlabs/v1/convai/phone-numbers',
    {
      headers: { 'xi-api-key': 'sandbox-elevenlabs-key' },
      body: {
        provider: 'twilio',
        phone_number: phoneNumber,
        label: 'manually',
        sid: accountSid,
        token,
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
