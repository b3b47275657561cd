import type { CarrierState } from './carriers.ts'
import type { World } from './world.ts'

/** US numbers that are not where they are to be, by what the database says of itself. */
export const TO_MOVE = `select count(*) from orgline.phone_numbers p
  where p.country = 'US' and private.is_owned(p.status) and p.ghost_since is null and p.mark_doubt is null
    and (p.messaging_service_sid is distinct from private.messaging_service_of(p, null)
      or (p.messaging_service_sid is not null and not p.messaging_service_joined))`

/** What was not finished is tried again after some minutes, which are over now. */
export const MINUTES_PASS = `update orgline.phone_numbers set sms_try_at = clock_timestamp()
  where country = 'US' and sms_try_at > clock_timestamp()`

interface Row {
  phone_number: string
  sid: string
  wanted: string | null
  sms_status: string
}

const ROWS = `
  select p.phone_number, p.twilio_phone_sid as sid, p.sms_status, o.settings ->> 'messaging_service_sid' as wanted
  from orgline.phone_numbers p
  left join orgline.organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at is null
  left join orgline.organizations o on o.id = h.organization_id
  where p.country = 'US' and p.status in ('imported', 'configured', 'assigned', 'quarantined')
    and p.ghost_since is null and p.mark_doubt is null`

/** US numbers that are in another Messaging Service than their holder's, or may text where they must not. */
export async function wrongServices(world: World, { twilio }: CarrierState): Promise<string[]> {
  if (!world.hasServices) return []
  const wrong: string[] = []
  for (const { database } of world.deployments) {
    for (const row of await world.cluster.query<Row>(database, ROWS)) {
      const services = twilio.services
        .filter(({ phone_numbers }) => phone_numbers.some(({ sid }) => sid === row.sid))
        .map(({ sid }) => sid)
      const wanted = row.wanted === null ? [] : [row.wanted]
      if (JSON.stringify(services) !== JSON.stringify(wanted)) {
        wrong.push(`${row.phone_number} is in ${services}, and its holder's is ${wanted}`)
      }
      const status = row.wanted === null ? 'needs_registration' : 'ready'
      if (row.sms_status !== status) {
        wrong.push(`${row.phone_number} in ${services}: texting is ${row.sms_status}`)
      }
    }
  }
  return wrong
}
