import { ADMIN, type Answer, atCarriers, request, signUp } from './requests.ts'
import type { World } from './world.ts'

/** Giving a number up and taking it back, by one way in. */
export interface Giving {
  release: () => Promise<Answer>
  restore: () => Promise<Answer>
}

export function givingOf(
  world: World,
  phoneNumber: string,
  by: { token: string; organizationId: string } | 'admin' = 'admin',
): Giving {
  if (by === 'admin') {
    const path = `/api/admin/phone-numbers/${phoneNumber}`
    return {
      release: () => request(world.origin, 'POST', `${path}/release`, { token: ADMIN }),
      restore: () => request(world.origin, 'POST', `${path}/restore`, { token: ADMIN }),
    }
  }
  const { token } = by
  const path = `/api/organizations/${by.organizationId}/phone-numbers/${phoneNumber}`
  return {
    release: () => request(world.origin, 'DELETE', path, { token }),
    restore: () => request(world.origin, 'POST', `${path}/restore`, { token }),
  }
}

/** A new organization with its number, and the ways to give that up. */
export async function aLine(world: World, fields: Record<string, unknown> = {}) {
  const { organization, token } = await signUp(world, fields)
  const number: string = organization.phoneNumber
  const { id, name } = organization as { id: string; name: string }
  return {
    id,
    name,
    token,
    number,
    organization: givingOf(world, number, { token, organizationId: id }),
    admin: givingOf(world, number),
  }
}

/** The quarantine of a number is over: this is the time, and the numbers point at this world. */
export async function endQuarantine(world: World, ...numbers: string[]): Promise<void> {
  await world.sql(
    "update phone_numbers set release_at = now() where status = 'quarantined' and phone_number = any ($1)",
    [numbers],
  )
  await world.sql('update deployment set public_url = $1 where public_url is null', [
    world.config.publicUrl,
  ])
}

/** One tick of the release loop; back-off and leases are waited for by nobody. */
export async function releaseDue(world: World): Promise<void> {
  await world.context.phoneNumbers.releaseDue.tick(new AbortController().signal)
}

export async function rowOf(world: World, number: string) {
  const [row] = await world.sql<{
    id: string
    status: string
    agent_id: string | null
    release_at: Date | null
    releasing_at: Date | null
    released_at: Date | null
    sync_due_at: Date | null
    elevenlabs_phone_id: string | null
    import_state: string | null
    import_token_hash: string | null
  }>('select * from phone_numbers where phone_number = $1 order by created_at desc limit 1', [
    number,
  ])
  if (!row) throw new Error(`${number} is not in phone_numbers`)
  return row
}

/** What Twilio and ElevenLabs hold of a number; undefined: nothing. */
export async function stateAtCarriers(world: World, number: string) {
  const { twilio, elevenlabs } = await atCarriers(world)
  const isIt = (row: { phone_number: string }) => row.phone_number === number
  return { twilio: twilio.numbers.find(isIt), elevenlabs: elevenlabs.phoneNumbers.find(isIt) }
}

/** One tick of the sync loop. */
export async function syncDue(world: World): Promise<void> {
  await world.context.phoneNumbers.syncDue.tick(new AbortController().signal)
}
