import type { CarrierState } from './carriers.ts'
import { IS_IMPORT_REPORTED } from './open.ts'
import type { World } from './world.ts'

interface Row {
  phone_number: string
  sid: string
  status: string
  voice_id: string | null
  quarantine_id: string | null
  /** What its import is taken for. */
  import: string
  due: string | null
}

// Without those that a person was told of: they are left as they are on purpose, or cannot be helped.
const ROWS = `
  select p.phone_number, p.twilio_phone_sid as sid, p.status, p.elevenlabs_phone_id as voice_id,
    to_jsonb(p) ->> 'quarantine_id' as quarantine_id, p.sync_due_at as due,
    coalesce(p.import_state, 'none') || case when p.import_token_hash is null then ', token not known' else '' end as import
  from orgline.phone_numbers p
  where p.status in ('imported', 'configured', 'assigned', 'quarantined') and not exists (
      select from orgline.admin_notifications n where n.status = 'pending'
      and n.type in ('reconcile_findings', 'phone_setup_failed') and p.phone_number in (n.phone_number, n.subject))
    -- Nobody knows what these were made with, and a person was told.
    and not (p.import_state is not distinct from 'unknown' and ${IS_IMPORT_REPORTED})
    and not exists (
      select from orgline.number_orders n where n.phone_number_id = p.id and n.status in ('running', 'needs_attention'))`

/** Of every number that is known and at rest, the settings that are not those of its status, by name. */
export async function wrongSettings(
  world: World,
  { twilio, elevenlabs }: CarrierState,
): Promise<string[]> {
  const wrong: string[] = []
  for (const { database, servers, voice: wanted } of world.deployments) {
    const hooks = `${servers[0]?.origin}/api/webhooks`
    for (const row of await world.cluster.query<Row>(database, ROWS)) {
      const number = twilio.numbers.find(({ sid }) => sid === row.sid)
      // Orphans and ghosts are counted elsewhere.
      if (!number) continue
      const isQuarantined = row.status === 'quarantined'
      const isAgents = wanted === 'elevenlabs' && !isQuarantined
      const sms = new URL(number.sms_url)
      const imports = elevenlabs.phoneNumbers.filter(
        ({ phone_number }) => phone_number === row.phone_number,
      )
      const isImported = imports.some(
        ({ phone_number_id, assigned_agent }) =>
          phone_number_id === row.voice_id && assigned_agent?.agent_id === world.agentId,
      )
      const voice = plain(number.voice_url)
      const status = plain(number.status_callback)
      const right = {
        voice: isAgents
          ? voice === `${world.twins}/elevenlabs/twilio/inbound_call`
          : voice === `${hooks}/call/incoming`,
        fallback: number.voice_fallback_url === '',
        // Where nobody answers, nobody needs to hear of the end.
        status:
          isQuarantined ||
          status ===
            (isAgents
              ? `${world.twins}/elevenlabs/twilio/status-callback`
              : `${hooks}/twilio/call-status`),
        sms: `${sms.origin}${sms.pathname}` === `${hooks}/twilio/sms`,
        smsFallback: plain(number.sms_fallback_url) === `${hooks}/twilio/sms/fallback`,
        mark: sms.searchParams.get('quarantine') === (isQuarantined ? row.quarantine_id : null),
        agent: !isAgents || isImported,
        import: imports.length <= 1,
        token: !isAgents || imports.every((each) => each.token_is_current),
      }
      const found = JSON.stringify({ database, due: row.due, number, imports })
      for (const [name, isRight] of Object.entries(right)) {
        if (!isRight)
          wrong.push(`${row.phone_number} (${row.status}, import ${row.import}): ${name}; ${found}`)
      }
    }
  }
  return wrong
}

/** Without what it asks of Twilio itself. */
function plain(url: string): string {
  return url.split('#')[0] ?? ''
}
